package narrative

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// A Warning is a word in editors' own prose that deserves another look. It never stops anything: an editor may know better.
type Warning struct {
	Path   string // where in the noun, by the keys of the corpus format
	Word   string // as it stands there
	Term   Slug   // the loaded word of the dispute that it is, "" for one of the house's own list
	UsedBy []Slug // parties that use the term
	Plain  string // what may stand instead, "" if nobody has said
	Why    string // for a word of the house's list
}

// A houseWord is a word that editors' own prose does without in any dispute: it tells what the writer thinks of a speaker or
// of a thing.
type houseWord struct {
	words []string
	plain string
	why   string
}

// houseWords are the words of the house's list, each with its forms in lower case.
var houseWords = []houseWord{
	{[]string{"claim", "claimed", "claiming", "alleged", "allegedly", "alleges"}, "said, wrote, according to", "casts doubt on the speaker"},
	{[]string{"admit", "admits", "admitted", "conceded", "concedes", "confessed"}, "said", "implies guilt"},
	{[]string{"noted", "pointed out", "revealed", "reveals", "explained", "made clear", "acknowledged"}, "said", "takes what follows for true"},
	{[]string{"insisted", "insists", "stressed", "emphasised", "emphasized", "reiterated"}, "said", "tells of a tone, not of what was said"},
	{[]string{"believes", "believed", "hopes", "hoped", "wants", "feels"}, "said that", "nobody can see what somebody thinks"},
	{[]string{"so-called", "so called", "self-styled", "self-proclaimed"}, "", "withholds a name that others use"},
	{[]string{"regime", "puppet"}, "government, authorities", "judges a government"},
	{[]string{"terrorist", "terrorists", "terrorism", "extremist", "extremists"}, "say what was done", "judges persons"},
	{[]string{"separatist", "separatists", "separatism"}, "name the body", "judges a wish"},
	{[]string{"liberate", "liberates", "liberated", "liberating", "liberation", "occupy", "occupies", "occupied", "occupying", "occupation", "occupier", "occupiers"}, "say who holds it, and since when", "judges who has a right to a place"},
	{[]string{"provocation", "provocations", "provoke", "provokes", "provoked"}, "say what was done", "judges a motive"},
	{[]string{"falsely", "baseless", "of course", "in fact", "obviously"}, "", "says who is right"},
}

// Lint returns the words of a noun's editors' own prose that deserve another look, outside quotation marks: those that the
// house does without, and those that a term says one side uses. They come in the order of the noun's fields.
func Lint(noun any, terms []Term) []Warning {
	l := linter{terms: terms}
	l.walk("", reflect.ValueOf(noun))
	return l.warnings
}

type linter struct {
	terms    []Term
	warnings []Warning
}

// ownTitles are the fields of plain text that editors word themselves.
var ownTitles = map[reflect.Type]string{
	reflect.TypeFor[Dispute](): "title", reflect.TypeFor[Event](): "title", reflect.TypeFor[Gap](): "title",
}

func (l *linter) walk(path string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			key, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
			at := key
			if path != "" {
				at = path + "." + key
			}
			if key != "" && ownTitles[v.Type()] == key {
				l.text(at, v.Field(i).String())
			}
			l.walk(at, v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			l.walk(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.String:
		if m, ok := v.Interface().(Markup); ok {
			l.text(path, string(m))
		}
	}
}

func (l *linter) text(path, text string) {
	prose := unquoted([]rune(text))
	for _, t := range l.terms {
		for _, form := range append([]string{t.Word}, t.Forms...) {
			if word := found(prose, form); word != "" {
				l.warnings = append(l.warnings, Warning{Path: path, Word: word, Term: t.Slug, UsedBy: t.UsedBy, Plain: t.Plain})
				break
			}
		}
	}
	for _, h := range houseWords {
		for _, form := range h.words {
			if word := found(prose, form); word != "" && !l.isTerm(path, word) {
				l.warnings = append(l.warnings, Warning{Path: path, Word: word, Plain: h.plain, Why: h.why})
				break
			}
		}
	}
}

// isTerm reports whether a word was warned of as a term of the dispute already.
func (l *linter) isTerm(path, word string) bool {
	return slices.ContainsFunc(l.warnings, func(w Warning) bool { return w.Path == path && strings.EqualFold(w.Word, word) })
}

// found returns a form of a word as it stands in a text as whole words in whatever case, "" if it does not.
func found(text []rune, form string) string {
	wanted := []rune(strings.ToLower(form))
	if len(wanted) == 0 {
		return ""
	}
	for i := 0; i+len(wanted) <= len(text); i++ {
		end := i + len(wanted)
		if i > 0 && isWord(text[i-1]) && isWord(wanted[0]) || end < len(text) && isWord(text[end]) && isWord(wanted[len(wanted)-1]) {
			continue
		}
		if slices.EqualFunc(text[i:end], wanted, func(a, b rune) bool { return unicode.ToLower(a) == b }) {
			return string(text[i:end])
		}
	}
	return ""
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// closing has the mark that ends what another one begins: words of others, and the marks of places and citations.
var closing = map[rune]rune{'“': '”', '„': '“', '«': '»', '"': '"', '[': ']'}

// unquoted returns a text with what stands in quotation marks, and the marks of places and citations, taken out. A quotation
// mark that nothing closes begins nothing.
func unquoted(text []rune) []rune {
	var out []rune
	for i := 0; i < len(text); i++ {
		if end, opens := closing[text[i]]; opens {
			if n := slices.Index(text[i+1:], end); n >= 0 {
				out = append(out, '\u2026')
				i += n + 1
				continue
			}
		}
		out = append(out, text[i])
	}
	return out
}
