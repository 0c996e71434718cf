package intake

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Credit is a place at which a text says that its words are another's.
type Credit struct {
	Name string // who is credited, as printed
	Line string // the line or the words that say so, as printed
}

// agency are the news agencies whose name alone, in brackets, in a dateline or on a line of its own, is a credit.
const agency = `AFP|AP|Associated Press|Reuters|dpa|DPA|EFE|ANSA|UPI|Bloomberg|Xinhua|Kyodo|Anadolu(?: Agency| Ajansı)?|AA|DHA|IHA|İHA|TASS|RIA Novosti|` +
	`Interfax|Sputnik|Armenpress|ARMENPRESS|Arminfo|ARKA|Mediamax|Azertac|AZERTAC|AZERTAG|APA|Trend|Turan|Report|IRNA|ISNA|Tasnim|Mehr|` +
	`Interpressnews|ТАСС|РИА Новости|Интерфакс|Рейтер|Арменпресс|Азертадж|Արմենպրես|Ինտերֆաքս`

// named is a name as credits give it: capitalised words, or words in quotation marks.
const named = `(?:the )?(?:[“"«„][^”"»“\n]{2,60}[”"»“]|\p{Lu}[\p{L}\p{M}\d.&’'-]*(?: (?:\p{Lu}[\p{L}\p{M}\d.&’'-]*|of|and|the|for|de|al)){0,5})`

// credits are the forms. Each has one group, the name. They stand for words that pass on another's piece; "according to",
// which names a source of a fact, is none.
var credits = []*regexp.Regexp{
	regexp.MustCompile(`(?m)\((` + agency + `)(?:[/,;] ?[^()\n]{1,40})?\)`),
	regexp.MustCompile(`(?m)^\p{Lu}[\p{L} ,./0-9]{1,60}[,:]? ?[-–—] ?(` + agency + `) ?[-–—:] `),
	regexp.MustCompile(`(?m)^[\s(\[*–—-]*(?:(?i:by|source|via|photo and text|text) *:? *)?(` + agency + `)[\s)\]*.,–—-]*$`),
	regexp.MustCompile(`\b(?i:citing) (` + named + `)`),
	regexp.MustCompile(`\b(?i:as (?:first |originally )?reported by) (` + named + `)`),
	regexp.MustCompile(`\b(?i:(?:first|originally) (?:published|reported|appeared)) (?i:by|in|on|at) (` + named + `)`),
	regexp.MustCompile(`(?m)^\s*(?i:source|credit|originally from)s? *: *(\S.{1,80}?)\s*$`),
	regexp.MustCompile(`\b(` + agency + `) (?i:contributed to this report)`),
	// Russian.
	regexp.MustCompile(`(?i:со ссылкой на) (?:агентство |издание |газету )?(` + named + `)`),
	regexp.MustCompile(`(?i:(?:как )?(?:сообщает|сообщило|передаёт|передает|пишет)) (?:агентство |издание |газета )?(` + named + `)`),
	regexp.MustCompile(`(?m)^\s*(?i:источник) *: *(\S.{1,80}?)\s*$`),
	// Turkish, Azerbaijani and Armenian.
	regexp.MustCompile(`(?m)^\s*(?:Kaynak|KAYNAK|Mənbə|MƏNBƏ) *: *(\S.{1,80}?)\s*$`),
	regexp.MustCompile(`(?m)^\s*Աղբյուրը? *[՝:] *(\S.{1,80}?)\s*$`),
}

// The bounds of what is looked at and told: an article has one or two credits, and a thirtieth of this text.
const (
	mostCredits    = 20
	mostCreditText = 200_000 // bytes
)

// Credits returns the places at which a text says that it reworks the piece of an agency or outlet, in the order of the
// text, each name once; of a text beyond 200,000 bytes the beginning is looked at. It is a help for an editor: a rewritten piece shares few words with its origin, and says whose it
// is in such a line or not at all.
func Credits(text string) []Credit {
	type at struct {
		Credit
		start int
	}
	var found []at
	text = strings.ToValidUTF8(text[:min(len(text), mostCreditText)], "")
	for _, form := range credits {
		for _, m := range form.FindAllStringSubmatchIndex(text, mostCredits) {
			name := strings.Trim(text[m[2]:m[3]], " .,;:–—-\"“”«»„")
			name = strings.TrimPrefix(name, "the ")
			if utf8.RuneCountInString(name) >= 2 {
				found = append(found, at{Credit{name, strings.TrimSpace(text[m[0]:m[1]])}, m[0]})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b at) int { return a.start - b.start })
	var list []Credit
	for _, f := range found {
		if len(list) < mostCredits && !slices.ContainsFunc(list, func(c Credit) bool { return strings.EqualFold(c.Name, f.Name) }) {
			list = append(list, f.Credit)
		}
	}
	return list
}
