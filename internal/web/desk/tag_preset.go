package desk

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"counterclaim/internal/figure"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
)

// The parts of a claim that the program presets, by their keys in the corpus format.
const (
	presetVoice   = "voice"
	presetChain   = "chain"
	presetIssued  = "issued"
	presetFigures = "figures"
	presetStances = "stances"
)

// presetKeys are those parts in the order in which they are shown, with what they are called.
var presetKeys = []choice{
	{presetVoice, "voice"}, {presetChain, "chain and verb"}, {presetIssued, "day"}, {presetFigures, "figures"}, {presetStances, "mode"},
}

// presetWords names parts of a claim.
func presetWords(keys []string) string {
	var words []string
	for _, k := range presetKeys {
		if slices.Contains(keys, k.Value) {
			words = append(words, k.Text)
		}
	}
	return strings.Join(words, ", ")
}

// A presetBasis is what the presets of a claim are made from.
type presetBasis struct {
	match  passage.Match  // none before a passage is chosen
	source narrative.Slug // "" before one is named
	after  narrative.Code // the claim made before, whose chain stays for the same speaker; "" for none
}

// presets returns what is preset of a claim; nothing that the text does not say.
func presets(t store.Tagging, b presetBasis) narrative.Claim {
	c := narrative.Claim{Voice: narrative.Paraphrase, Stances: []narrative.Stance{{Mode: narrative.Asserted}}}
	outlet := narrative.Hop{By: t.Article.Outlet, Role: narrative.RoleOutlet}
	c.Chain = []narrative.Hop{outlet}
	for _, other := range t.Claims {
		if other.Code == b.after && other.Source == b.source && len(other.Chain) > 0 {
			c.Chain = slices.Clone(other.Chain)
		}
	}
	for i := range c.Chain {
		c.Chain[i].Verb, c.Chain[i].Class = "", ""
	}
	if b.source == t.Article.Outlet {
		c.Voice, c.Chain = narrative.OutletVoice, nil
	}
	if t.Article.Kind != narrative.Report && t.Article.Published.Known() && c.Voice != narrative.OutletVoice {
		c.Issued = narrative.Date{On: t.Article.Published.On, Basis: narrative.Inferred, Reason: "the day of the article, which is itself the " + string(t.Article.Kind)}
	}
	if len(b.match) == 0 {
		return c
	}
	if c.Voice != narrative.OutletVoice {
		if isQuoted(t.Text, b.match) {
			c.Voice = narrative.DirectQuote
		}
		c.Chain[len(c.Chain)-1].Verb, c.Chain[len(c.Chain)-1].Class = verbOf(t, b.match)
	}
	c.Figures = figuresOf(t, b.match)
	return c
}

// figuresOf reads the figures of a passage in English, those that say what they count.
func figuresOf(t store.Tagging, m passage.Match) []narrative.Figure {
	words, err := t.Text.Words(m)
	if err != nil || !isEnglish(t.Article.Language) {
		return nil
	}
	var list []narrative.Figure
	for _, w := range words {
		for _, s := range figure.Spot(w) {
			f := narrative.Figure{Verbatim: w[s.Start:s.End], Counted: s.Reading.Unit}
			if _, err := f.Reading(); err == nil && f.Counted != "" {
				list = append(list, f)
			}
		}
	}
	return list
}

func isEnglish(language string) bool { return language == "en" || strings.HasPrefix(language, "en-") }

// The quotation marks that open and close; the straight ones do both in turn.
const (
	openingMarks = "“„«‟"
	closingMarks = "”»"
)

// isQuoted reports whether quotation marks enclose the passage or a part of it.
func isQuoted(t passage.Text, m passage.Match) bool {
	n, ok := t.BlockOf(passage.Span{Start: m[0].Start, End: m[len(m)-1].End})
	if !ok {
		return false
	}
	block := t.Blocks()[n]
	text, err := t.Slice(block)
	if err != nil {
		return false
	}
	open, at := false, block.Start
	low := false // opened by a low mark, which the high one closes
	for _, r := range text {
		switch {
		case r == '“' && low:
			open, low = false, false
		case strings.ContainsRune(openingMarks, r):
			open, low = true, r == '„'
		case strings.ContainsRune(closingMarks, r):
			open = false
		case r == '"':
			open = !open
		case open && slices.ContainsFunc(m, func(s passage.Span) bool { return at >= s.Start && at < s.End }):
			return true
		}
		at++
	}
	return false
}

// verbs are reporting verbs in the forms in which they report, with their classes.
var verbs = func() map[string]narrative.VerbClass {
	classes := map[narrative.VerbClass]string{
		narrative.VerbNeutral:    "said says say told tells stated states added adds according wrote writes announced reported explained replied",
		narrative.VerbDistancing: "claimed claims alleged alleges purported",
		narrative.VerbConcessive: "admitted admits acknowledged acknowledges conceded concedes",
		narrative.VerbInsisting:  "stressed stresses emphasised emphasized emphasises reiterated reiterates underlined underlines insisted insists",
		narrative.VerbFactive:    "noted notes demonstrated demonstrates recalled revealed",
		narrative.VerbDenying:    "dismissed dismisses rejected rejects denied denies refuted",
		narrative.VerbPerforming: "accused accuses urged urges promised promises warned warns testified testifies demanded demands condemned condemns",
	}
	table := map[string]narrative.VerbClass{}
	for class, words := range classes {
		for w := range strings.FieldsSeq(words) {
			table[w] = class
		}
	}
	return table
}()

// verbOf returns the reporting verb that stands nearest to a passage outside of it, in its sentence and outside of quotation
// marks, verbatim; "" where there is none.
func verbOf(t store.Tagging, m passage.Match) (string, narrative.VerbClass) {
	sentence, ok := passage.Sentence(t.Text, m)
	if !ok || !isEnglish(t.Article.Language) {
		return "", ""
	}
	after, _ := t.Text.Slice(passage.Span{Start: m[len(m)-1].End, End: sentence.End})
	before, _ := t.Text.Slice(passage.Span{Start: sentence.Start, End: m[0].Start})
	best, nearest := "", -1
	for i, w := range wordsIn(after) {
		if _, ok := verbs[strings.ToLower(w)]; ok {
			best, nearest = w, i
			break
		}
	}
	words := wordsIn(before)
	for i, w := range slices.Backward(words) {
		if _, ok := verbs[strings.ToLower(w)]; ok {
			if far := len(words) - 1 - i; nearest < 0 || far < nearest {
				best = w
			}
			break
		}
	}
	class := verbs[strings.ToLower(best)]
	if strings.EqualFold(best, "according") {
		best += " to"
	}
	return best, class
}

// wordsIn returns the words of a text that stand outside of quotation marks.
func wordsIn(s string) []string {
	open := false
	outside := strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(openingMarks, r):
			open = true
		case strings.ContainsRune(closingMarks, r):
			open = false
			return ' '
		}
		if open {
			return ' '
		}
		return r
	}, s)
	return strings.FieldsFunc(outside, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' && r != '-' })
}

// groupOf returns the fields of a part of a claim.
func groupOf(fields url.Values, key string) url.Values {
	group := url.Values{}
	for name, values := range fields {
		if name == key || strings.HasPrefix(name, key+".") || strings.HasPrefix(name, key+"[") {
			group[name] = values
		}
	}
	if key == presetStances { // the mode alone is preset
		group = url.Values{"stances[0].mode": fields["stances[0].mode"]}
	}
	return group
}

// isSame reports whether two sets of fields say the same in a part of a claim, empty rows aside.
func isSame(a, b url.Values, key string) bool {
	return len(form.Differences(groupOf(a, key), groupOf(b, key))) == 0
}

// preset sets those parts of a form to what is preset from a new basis that held what was preset from the old one, and
// returns their keys: what an editor has changed stays.
func preset(fields url.Values, keys []string, t store.Tagging, old, now presetBasis) []string {
	was, is := form.Write(presets(t, old)), form.Write(presets(t, now))
	var kept []string
	for _, k := range presetKeys {
		key := k.Value
		if !slices.Contains(keys, key) || !isSame(fields, was, key) {
			continue
		}
		kept = append(kept, key)
		if key == presetStances {
			continue
		}
		for name := range groupOf(fields, key) {
			delete(fields, name)
		}
		maps.Copy(fields, groupOf(is, key))
	}
	return kept
}

// slugFrom makes a slug of a text: its Latin letters and digits, in whole words, or other where it has too few.
func slugFrom(text, other string) narrative.Slug {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(text) {
		switch {
		case r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case r != '\'' && r != '’':
			gap = true
		}
	}
	made := b.String()
	if len(made) > longestSlug {
		whole := strings.LastIndexByte(made[:longestSlug+1], '-')
		if whole < longestSlug/2 { // one very long word
			whole = longestSlug
		}
		made = made[:whole]
	}
	if slug := narrative.Slug(made); slug.Valid() {
		return slug
	}
	return narrative.Slug(other)
}

// longestSlug is how long a slug of ours gets at most, with room for a number.
const longestSlug = 60

// isPreset reports whether a part of the claim is preset and was not looked at.
func (f *tagForm) isPreset(key string) bool { return slices.Contains(f.preset, key) }

// presetShown words what is preset, for a line under the form.
func (f *tagForm) presetShown() []choice {
	var list []choice
	hop := len(form.Rows(f.Values, "chain")) - 1
	for _, k := range presetKeys {
		if !f.isPreset(k.Value) {
			continue
		}
		text := ""
		switch k.Value {
		case presetVoice:
			text = wordOf(voiceChoices, f.value("voice"))
		case presetChain:
			if hop >= 0 {
				text = strings.TrimSpace(cmp.Or(f.value(row("chain", hop, "verb")), "no verb found") + " " + f.value(row("chain", hop, "class")))
			}
		case presetIssued:
			text = cmp.Or(f.value("issued.day"), "not known")
		case presetFigures:
			for _, i := range form.Rows(f.Values, "figures") {
				text = strings.TrimPrefix(text+", "+f.value(row("figures", i, "verbatim")), ", ")
			}
			text = cmp.Or(text, "none")
		case presetStances:
			text = wordOf(modeChoices, f.value("stances[0].mode"))
		}
		if text != "" {
			list = append(list, choice{k.Text, text})
		}
	}
	return list
}
