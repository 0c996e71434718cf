package desk

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"counterclaim/internal/narrative"
)

// The values of a claim's fields in a person's words.
var (
	voiceChoices = []choice{
		{string(narrative.DirectQuote), "direct quotation"}, {string(narrative.Paraphrase), "paraphrase"}, {string(narrative.OutletVoice), "the outlet’s own voice"},
	}
	modeChoices = []choice{
		{string(narrative.Asserted), "asserted"}, {string(narrative.Denied), "denied"}, {string(narrative.Presupposed), "presupposed"},
		{string(narrative.Demanded), "demanded"}, {string(narrative.Conditional), "conditional"}, {string(narrative.Concern), "concern only"},
		{string(narrative.Withheld), "verdict withheld"},
	}
	attributionChoices = []choice{
		{string(narrative.AttributionInferred), "inferred: the account of a named speaker goes on"}, {string(narrative.AttributionOrOutlet), "the speaker’s, or the outlet’s own"},
	}
	basisChoices = []choice{
		{string(narrative.Witness), "witness"}, {string(narrative.FromDocument), "document"}, {string(narrative.OwnCount), "own count"}, {string(narrative.StatementOfOther), "statement of another"},
	}
	hopRoleChoices = []choice{
		{string(narrative.RoleSpokesperson), "spokesperson"}, {string(narrative.RolePressService), "press service"}, {string(narrative.RoleReadout), "readout"},
		{string(narrative.RoleStatement), "statement"}, {string(narrative.RoleTranslator), "translator"}, {string(narrative.RoleOutlet), "outlet"},
	}
	classChoices = []choice{
		{string(narrative.VerbNeutral), "neutral"}, {string(narrative.VerbDistancing), "distancing"}, {string(narrative.VerbConcessive), "concessive"},
		{string(narrative.VerbInsisting), "insisting"}, {string(narrative.VerbFactive), "factive"}, {string(narrative.VerbDenying), "denying"},
		{string(narrative.VerbPerforming), "performing"},
	}
	newSourceChoices = []choice{
		{string(narrative.Person), "person"}, {string(narrative.Body), "body: an office, ministry, organisation"}, {string(narrative.Side), "side"}, {string(narrative.UnnamedGroup), "unnamed plural"},
	}
	newFactChoices = []choice{
		{string(narrative.YesNo), "yes or no"}, {string(narrative.State), "a state that changes"}, {string(narrative.NumberFact), "a number"},
		{string(narrative.Agreement), "an agreement"}, {string(narrative.Sequence), "a sequence"}, {string(narrative.Open), "open"},
	}
)

// A keyHelp is a key of the page with what it does.
type keyHelp struct{ Keys, Does string }

// tagKeys are the keys of the page, as its help lists them.
var tagKeys = []struct {
	Title string
	Keys  []keyHelp
}{
	{"Selecting with the pointer", []keyHelp{
		{"drag", "select; the selection becomes whole words"},
		{"Alt while dragging", "keep commas, colons and dashes at its ends as they are drawn; a word that is cut is taken whole even then: no passage ends in mid-word"},
		{"t or Enter", "take the selection into the form"},
		{"a", "add it to the passage as another piece, up to three"},
	}},
	{"In the text, with the keyboard", []keyHelp{
		{"arrows", "move by word; up and down by paragraph"},
		{"Shift + arrows", "select by word"},
		{"Ctrl or Alt + Shift + arrows", "select by sentence"},
		{"Home, End", "to the ends of the paragraph"},
		{"Enter", "take what is selected into the form"},
		{"Ctrl + Enter", "add it as another piece"},
		{"e", "open the claim at the cursor; again for the next one there"},
		{"Escape", "drop the selection, then leave the text"},
	}},
	{"In the form", []keyHelp{
		{"1 to 9", "choose a position"},
		{"[ and ]", "shorten and lengthen the passage at its end by a word"},
		{"{ and }", "lengthen and shorten it at its beginning"},
		{"( and )", "shorten and lengthen it at its end by a sentence"},
		{"Ctrl + Enter", "save"},
		{"Ctrl + Shift + Enter", "save as complete: what was preset has been looked at"},
		{"Ctrl + Z outside of fields", "undo the last save"},
	}},
	{"Anywhere outside of fields", []keyHelp{
		{"n or j, p or k", "next and previous claim"},
		{"x", "to the text"},
		{"f", "to the form"},
		{"/", "to the filter of the claims"},
		{"?", "these keys"},
	}},
}

// paragraph writes a paragraph's text with its claims, to the letter: nothing but the text itself and, after each stretch,
// the numbers of its claims, which are marked so that they are not counted.
func paragraph(block textBlock) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, s := range block.Segments {
			text := templ.EscapeString(s.Text)
			switch {
			case len(s.Claims) == 0 && !s.Current:
				b.WriteString(text)
				continue
			case s.Current:
				b.WriteString(`<mark class="chosen">` + text)
			default:
				b.WriteString(`<mark class="` + depthClass(len(s.Claims)) + `">` + text)
			}
			if len(s.Claims) > 0 {
				b.WriteString(`<sup data-aside dir="ltr">`)
				for _, n := range s.Claims {
					b.WriteString(`<a href="` + templ.EscapeString(n.href()) + `" data-claim="` + templ.EscapeString(string(n.Code)) + `" aria-label="` + templ.EscapeString("Claim "+strconv.Itoa(n.Number)) + `">` + strconv.Itoa(n.Number) + `</a>`)
				}
				b.WriteString(`</sup>`)
			}
			b.WriteString(`</mark>`)
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}

// depthClass says how many claims lie on each other.
func depthClass(n int) string { return "depth" + strconv.Itoa(min(n, 3)) }

// wordOf is what stands for a value.
func wordOf(choices []choice, value string) string {
	for _, c := range choices {
		if c.Value == value {
			return c.Text
		}
	}
	return value
}
