package edition

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A span is a stretch of a text, in bytes, and what stands in its place.
type span struct {
	start, end int
	mark       string
}

// replaceSpans puts marks into a text, each as the function gives it.
func replaceSpans(text string, spans []span, mark func(string) string) string {
	var b strings.Builder
	at := 0
	for _, s := range inOrder(spans) {
		b.WriteString(text[at:s.start])
		b.WriteString(mark(s.mark))
		at = s.end
	}
	return b.String() + text[at:]
}

// inOrder sorts spans and makes one of those that overlap.
func inOrder(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end)) })
	var list []span
	for _, s := range spans {
		if last := len(list) - 1; last >= 0 && s.start < list[last].end {
			list[last].end = max(list[last].end, s.end)
			continue
		}
		list = append(list, s)
	}
	return list
}

// A token is a word of a text: where it stands in bytes, and its small letters.
type token struct {
	start, end int
	fold       string
}

// tokens gives the words of a text: letters, digits and marks, with apostrophes between them.
func tokens(text string) []token {
	var list []token
	start := -1
	for i, r := range text {
		switch {
		case isWordRune(r):
			if start < 0 {
				start = i
			}
		case start >= 0 && (r == '’' || r == '\'') && isWordRune(runeAt(text, i+utf8.RuneLen(r))):
		case start >= 0:
			list = append(list, token{start, i, fold(text[start:i])})
			start = -1
		}
	}
	if start >= 0 {
		list = append(list, token{start, len(text), fold(text[start:])})
	}
	return list
}

func fold(s string) string { return strings.ReplaceAll(strings.ToLower(s), "'", "’") }

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// runeAt is the rune that begins at a byte of a text, or no letter at its end.
func runeAt(text string, i int) rune {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return r
}

// passages are what was said, to be found in other texts.
type passages struct {
	segments []string
	folded   []string // the words of each segment, with a space before, between and after them
}

func (w *passages) add(segments ...string) {
	for _, s := range segments {
		if list := tokens(s); len(list) > 0 && s != WordsWithheld && !slices.Contains(w.segments, s) {
			w.segments, w.folded = append(w.segments, s), append(w.folded, foldedWords(list))
		}
	}
}

func foldedWords(list []token) string {
	var b strings.Builder
	for _, t := range list {
		b.WriteString(" " + t.fold)
	}
	return b.String() + " "
}

// texts gives the passages, longest first.
func (w *passages) texts() []string {
	return slices.SortedFunc(slices.Values(w.segments), func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
}

// How many words in a row make a text a copy of a passage: in a text about a claim of it fewer than elsewhere, where they
// can come together by chance. Six is also the measure by which copying from articles is counted.
const (
	runRelated  = 4
	runAnywhere = 6
)

// has reports whether words stand in one of the passages in a row.
func (w *passages) has(list []token) bool {
	run := foldedWords(list)
	return slices.ContainsFunc(w.folded, func(passage string) bool { return strings.Contains(passage, run) })
}

// shares reports whether a segment of the same article has words of a passage: one within the other, or four in a row.
func (w *passages) shares(segment string) bool {
	list := tokens(segment)
	if len(list) == 0 {
		return false
	}
	run := foldedWords(list)
	for _, passage := range w.folded {
		if strings.Contains(passage, run) || strings.Count(passage, " ") > 2 && strings.Contains(run, passage) {
			return true
		}
	}
	return len(w.runs(list, runRelated)) > 0
}

// copied finds runs of the passages' words in a text that is not one of them; in a related one also a whole passage of
// three words.
func (w *passages) copied(text string, related bool) []span {
	if len(w.folded) == 0 {
		return nil
	}
	list := tokens(text)
	least := runAnywhere
	if related {
		least = runRelated
	}
	spans := w.runs(list, least)
	if !related {
		return spans
	}
	folded := foldedWords(list)
	for _, passage := range w.folded {
		n := strings.Count(passage, " ") - 1
		if n < 3 || n >= least || !strings.Contains(folded, passage) {
			continue
		}
		for i := 0; i+n <= len(list); i++ {
			if foldedWords(list[i:i+n]) == passage {
				spans = append(spans, span{list[i].start, list[i+n-1].end, WordsWithheld})
			}
		}
	}
	return spans
}

// runs finds the runs of at least so many words that stand in a passage too.
func (w *passages) runs(list []token, least int) []span {
	var spans []span
	for i := 0; i+least <= len(list); {
		if !w.has(list[i : i+least]) {
			i++
			continue
		}
		n := least
		for i+n < len(list) && w.has(list[i:i+n+1]) {
			n++
		}
		spans = append(spans, span{list[i].start, list[i+n-1].end, WordsWithheld})
		i += n
	}
	return spans
}

// marksOfQuotation are pairs of quotation marks.
var marksOfQuotation = [][2]string{{"“", "”"}, {"«", "»"}, {"„", "“"}, {"\"", "\""}}

// quoted finds quotations of the passages in a text: in a related one of any length, elsewhere of three words or more.
func (w *passages) quoted(text string, related bool) []span {
	if len(w.folded) == 0 {
		return nil
	}
	var spans []span
	for _, pair := range marksOfQuotation {
		for at := 0; ; {
			open := strings.Index(text[at:], pair[0])
			if open < 0 {
				break
			}
			start := at + open + len(pair[0])
			length := strings.Index(text[start:], pair[1])
			if length < 0 {
				break
			}
			list := tokens(text[start : start+length])
			if len(list) > 0 && (related || len(list) >= 3) && w.has(list) {
				spans = append(spans, span{start, start + length, WordsWithheld})
			}
			at = start + length + len(pair[1])
		}
	}
	return spans
}

// needles are names to be found in texts.
type needles struct {
	list []string // longest first
}

func newNeedles(list []string) *needles {
	return &needles{slices.SortedFunc(slices.Values(list), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})}
}

// spans finds the names in a text, as whole words. A name of several words may begin with a small letter or a capital.
func (n *needles) spans(text string) []span {
	var spans []span
	for _, name := range n.list {
		forms := []string{name}
		if strings.Contains(name, " ") {
			forms = []string{lowerFirst(name), upperFirst(name)}
		}
		for _, form := range slices.Compact(forms) {
			for at := 0; ; {
				i := strings.Index(text[at:], form)
				if i < 0 {
					break
				}
				start, end := at+i, at+i+len(form)
				if isWhole(text, start, end, strings.ToLower(form) == form) {
					spans = append(spans, span{start, end, NameWithheld})
				}
				at = end
			}
		}
	}
	return spans
}

// isWhole reports whether a stretch of a text is no part of a word. A form in small letters alone is no part of a name
// with hyphens either, such as a slug, nor the whole of one.
func isWhole(text string, start, end int, isSmall bool) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after := runeAt(text, end)
	if isWordRune(before) && start > 0 || isWordRune(after) && end < len(text) {
		return false
	}
	if !isSmall || strings.Contains(text[start:end], " ") {
		return true
	}
	return before != '-' && after != '-' && end-start < len(text)
}
