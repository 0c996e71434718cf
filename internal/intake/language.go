package intake

import (
	"unicode"

	"github.com/abadojack/whatlanggo"
	"golang.org/x/text/language"

	"counterclaim/internal/narrative"
)

// The text that a language is inferred from: fewer letters say too little, more say nothing new.
const (
	fewestLetters = 80
	mostSample    = 10_000
)

// ownScript names the languages that are written in a script of their own, which the statistics of others leave out or
// know too little of.
var ownScript = []struct {
	script *unicode.RangeTable
	tag    string
}{{unicode.Armenian, "hy"}, {unicode.Georgian, "ka"}}

// language checks the language that the text gives or, where it gives none, infers one if its words tell it reliably.
func (d *drafter) language() {
	if d.Language != "" {
		tag, err := language.Parse(d.Language)
		if err == nil && tag != language.Und {
			d.Language, d.LanguageBasis = tag.String(), narrative.Given
			if inferred := inferLanguage(d.Text.String()); inferred != "" && !sameBase(inferred, tag) {
				d.note("It names its language as %s, but the words look like %s.", d.Language, inferred)
			}
			return
		}
		d.note("It names its language as %q, which is none.", clip(d.Language))
	}
	d.Language, d.LanguageBasis = inferLanguage(d.Text.String()), narrative.Inferred
	if d.Language == "" {
		d.LanguageBasis = narrative.Unknown
	}
}

// inferLanguage returns the tag of the language that a text is in, "" where that is not certain.
func inferLanguage(text string) string {
	sample := []rune(text)
	sample = sample[:min(len(sample), mostSample)]
	letters := 0
	own := make([]int, len(ownScript))
	for _, r := range sample {
		if unicode.IsLetter(r) {
			letters++
		}
		for i, o := range ownScript {
			if unicode.Is(o.script, r) {
				own[i]++
			}
		}
	}
	if letters < fewestLetters {
		return ""
	}
	for i, n := range own {
		if n > letters*9/10 {
			return ownScript[i].tag
		}
		if n > letters/10 {
			return "" // in two languages
		}
	}
	info := whatlanggo.Detect(string(sample))
	if !info.IsReliable() {
		return ""
	}
	return info.Lang.Iso6391()
}

// sameBase reports whether two tags name the same language, whatever its script or region.
func sameBase(tag string, other language.Tag) bool {
	parsed, err := language.Parse(tag)
	if err != nil {
		return false
	}
	a, _ := parsed.Base()
	b, _ := other.Base()
	return a == b
}
