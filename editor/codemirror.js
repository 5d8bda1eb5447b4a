/**
 * The code pad: CodeMirror 6 with Python, bundled by esbuild into static/built/ when the project is
 * installed. It knows which characters were typed, and refuses paste and drop unless told otherwise.
 */
import { autocompletion, closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab, invertedEffects } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, RangeSet, RangeValue, StateEffect, StateField } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { StyleModule } from "style-mod";

// A strict Content-Security-Policy allows no <style>; sheets that a script adopts are no inline style.
StyleModule.mount = (root, modules) => {
  const rules = [modules].flat().map((module) => module.getRules()).join("\n");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  const place = root.adoptedStyleSheets ? root : document;
  // The page's own sheets come after and win.
  place.adoptedStyleSheets = [sheet, ...place.adoptedStyleSheets.filter((one) => !one.ofPad)];
  sheet.ofPad = true;
};

class Pasted extends RangeValue {}
const PASTED = new Pasted();
/** Characters that came from the clipboard, or were so when the note was opened. */
const markPasted = StateEffect.define({
  map: ({ from, to }, changes) => {
    const range = { from: changes.mapPos(from, 1), to: changes.mapPos(to, -1) };
    return range.from < range.to ? range : undefined;
  },
});
const pastedRanges = StateField.define({
  create: () => RangeSet.empty,
  update(ranges, transaction) {
    let next = ranges.map(transaction.changes);
    const add = [];
    if (transaction.isUserEvent("input.paste") || transaction.isUserEvent("input.drop"))
      transaction.changes.iterChanges((_a, _b, from, to) => from < to && add.push({ from, to }));
    for (const effect of transaction.effects) if (effect.is(markPasted)) add.push(effect.value);
    if (add.length)
      next = next.update({ add: add.map(({ from, to }) => PASTED.range(from, to)), sort: true });
    return next;
  },
});
/** What is deleted and comes back by undo is as pasted as it was. */
const remembered = invertedEffects.of((transaction) => {
  const found = [];
  const ranges = transaction.startState.field(pastedRanges, false);
  if (!ranges || !transaction.docChanged) return found;
  transaction.changes.iterChangedRanges((fromA, toA) =>
    ranges.between(fromA, toA, (from, to) => {
      const range = { from: Math.max(from, fromA), to: Math.min(to, toA) };
      if (range.from < range.to) found.push(markPasted.of(range));
    }),
  );
  return found;
});

const visible = (text) => text.replace(/\s/g, "").length;

/** Where so many visible characters end. */
function endOf(text, count) {
  let end = 0;
  for (let left = count; left > 0 && end < text.length; end += 1) left -= visible(text[end]);
  return end;
}

/** Tab indents where there is code; an empty pad lets whoever goes through the page by Tab go on. */
const tab = {
  key: "Tab",
  run: (view) => view.state.doc.length > 0 && indentWithTab.run(view),
  shift: (view) => view.state.doc.length > 0 && indentWithTab.shift(view),
};

/** The share of the visible characters that were typed; null for nothing at all. */
export function typedShare(state) {
  const all = visible(state.doc.toString());
  if (!all) return null;
  let pasted = 0;
  let end = 0;
  const cursor = state.field(pastedRanges).iter();
  for (; cursor.value; cursor.next()) {
    const from = Math.max(cursor.from, end);
    if (from < cursor.to) pasted += visible(state.doc.sliceString(from, cursor.to));
    end = Math.max(end, cursor.to);
  }
  return Math.max(0, all - pasted) / all;
}

/**
 * Draw a pad into `parent`. `share` is how much of `text` counts as typed. `refuses()` says whether
 * paste and drop are refused, `onRefuse` is told when; `onChange` gets the text and its typed share.
 */
export function openPad({ parent, text, share, label, maxLength, refuses, onRefuse, onChange }) {
  const refuse = (event) => {
    if (!refuses()) return false;
    event.preventDefault();
    onRefuse();
    return true;
  };
  const guard = EditorState.transactionFilter.of((transaction) => {
    if (transaction.docChanged && transaction.newDoc.length > maxLength) return [];
    const isForeign = transaction.isUserEvent("input.paste") || transaction.isUserEvent("input.drop");
    return isForeign && refuses() ? [] : transaction;
  });
  const extensions = [
    pastedRanges,
    remembered,
    guard,
    history(),
    python(),
    indentUnit.of("    "),
    EditorState.tabSize.of(4),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    autocompletion({ override: [] }),
    syntaxHighlighting(classHighlighter),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", autocapitalize: "off" }),
    EditorView.domEventHandlers({ paste: refuse, drop: refuse }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString(), typedShare(update.state));
    }),
    // Esc, then Tab leaves the pad: CodeMirror gives the next Tab back to the browser.
    keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, tab]),
  ];
  const fresh = (doc, typed) => {
    const state = EditorState.create({ doc, extensions, selection: { anchor: doc.length } });
    // Which ones they were nobody remembers; how many they were counts.
    const foreign = endOf(doc, Math.round(visible(doc) * (1 - typed)));
    if (!foreign) return state;
    return state.update({ effects: markPasted.of({ from: 0, to: foreign }) }).state;
  };
  const view = new EditorView({ parent, state: fresh(text, share) });
  return {
    focus: () => view.focus(),
    read: (doc, typed) => view.setState(fresh(doc, typed)),
    text: () => view.state.doc.toString(),
    share: () => typedShare(view.state),
    close: () => view.destroy(),
  };
}
