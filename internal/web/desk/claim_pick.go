package desk

import (
	"net/http"
	"strconv"
	"strings"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// A pick says which claims a field offers while something is typed into it.
type pick struct {
	Fact    narrative.Slug // claims with a stance on it come first; "" for no such preference
	Article narrative.Slug // only claims of this article; "" for all
	But     narrative.Code // the claim that the field belongs to, "" for none
}

// pickHelp stands below a field that takes a claim's code.
const pickHelp = "Its code; while you type, claims with these words or of this source are offered."

// pick is what the fields of a claim's form offer: claims of its first fact first.
func (f *tagForm) pick() pick {
	return pick{Fact: narrative.Slug(f.Values.Get("stances[0].fact")), But: f.claim.Code}
}

// pickedFact is the fact whose claims a field of the form offers first, "" for a field that takes no claim.
func (v nounView) pickedFact(f formField) string {
	if f.kind != narrative.KindClaim || v.Form.kind != narrative.KindFact {
		return ""
	}
	return v.Was
}

// searchClaims answers which claims may be meant by what is being typed, as JSON.
func (s *Server) searchClaims(w http.ResponseWriter, r *http.Request, text string) error {
	get := r.URL.Query().Get
	q := store.ClaimQuery{Text: text, Fact: narrative.Slug(get("fact")), Article: narrative.Slug(get("article")), But: narrative.Code(get("but"))}
	if q.Fact != "" && !q.Fact.Valid() || q.Article != "" && !q.Article.Valid() || q.But != "" && !q.But.Valid() {
		return &statusError{status: http.StatusBadRequest, message: "The search cannot be read: fact and article are short names, and but is a code."}
	}
	found, err := s.store.FindClaims(r.Context(), q)
	if err != nil {
		return err
	}
	type option struct {
		Slug string `json:"slug"`
		Name string `json:"name"`
		Note string `json:"note"`
		Lang string `json:"lang"` // of the name
	}
	options := make([]option, len(found))
	for i, c := range found {
		note := c.Source + ", in " + c.Outlet
		if c.Said.Known() {
			note += ", " + edition.DateText(c.Said)
		}
		options[i] = option{string(c.Code), c.Words, note, c.Language}
	}
	return renderJSON(w, map[string]any{"found": options})
}

// typedCodes puts codes that were typed in a field, a line for each, in the form in which they are written, and says of lines
// that are none.
func typedCodes(path string, lines []string) (problems []narrative.Problem) {
	for n, text := range lines {
		code, err := typedCode(text)
		if err != nil {
			problems = append(problems, narrative.Problem{Path: path, Message: strconv.Quote(text) + noCode})
			continue
		}
		lines[n] = string(code)
	}
	return problems
}

// noCode says of a text that it is no code.
const noCode = " is the code of no claim; expected one such as 7K3-M9QX, as it stands beside the claim"

// typedCode reads a code as somebody has typed it. The error is [narrative.ErrCode].
func typedCode(text string) (narrative.Code, error) {
	return narrative.ParseCode(strings.Join(strings.Fields(text), ""))
}
