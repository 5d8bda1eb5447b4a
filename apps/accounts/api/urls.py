from django.urls import path

from apps.accounts.api.views import TokensView, TokenView

urlpatterns = [
    path("tokens/", TokensView.as_view(), name="token-list"),
    path("tokens/<str:token>/", TokenView.as_view(), name="token-detail"),
]
