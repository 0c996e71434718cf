package desk

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"counterclaim/internal/narrative"
)

// An unfitForm is the error of a form in which something is wrong whatever it is for.
type unfitForm struct {
	problems []narrative.Problem
}

func (e *unfitForm) Error() string { return e.problems[0].Path + ": " + e.problems[0].Message }

// repeated are fields that a form may send several times: boxes of which several can be ticked, and what stands for a row each.
var repeated = []string{"claim", "item", "seen", "in", "out", "preset"}

// secrets are fields that are never sent back.
var secrets = []string{"password", "old", "new", "again", "codes_password", "token_password", "code"}

// unfitFields says what is wrong with fields whatever they are for: text that cannot be stored, a field that is sent twice, and
// a reason that is too long for the log.
func unfitFields(sent url.Values) []narrative.Problem {
	var problems []narrative.Problem
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		values := sent[name]
		if n := len(values); n > 1 && !slices.Contains(repeated, name) && !isTickedBox(values) {
			problems = append(problems, narrative.Problem{Path: name, Message: fmt.Sprintf("was sent %d times; expected once", n)})
		}
		if bad := slices.IndexFunc(values, func(text string) bool { return !isStorable(text) }); bad >= 0 {
			problems = append(problems, badText(name, values[bad])...)
		}
		if name != whyField && name != fieldWhy {
			continue
		}
		for _, text := range values {
			problems = append(problems, overlong(name, text, longestWhy)...)
		}
	}
	return problems
}

// overlong is what is wrong with a text of more than most characters, nothing with any other.
func overlong(path, text string, most int) []narrative.Problem {
	n := utf8.RuneCountInString(text)
	if n <= most {
		return nil
	}
	return []narrative.Problem{{Path: path, Message: fmt.Sprintf("%d characters long; expected at most %d", n, most)}}
}

// controls are the fields that say what is to be done with a form: from which version it was made, and why.
func controls(sent url.Values) url.Values {
	fields := url.Values{}
	for _, name := range []string{versionField, whyField, fieldVersion, fieldWhy} {
		if values, ok := sent[name]; ok {
			fields[name] = values
		}
	}
	return fields
}

// isTickedBox reports whether values are those of a box: the empty one that stands for it, and the one that it has when ticked.
func isTickedBox(values []string) bool {
	return !slices.ContainsFunc(values, func(v string) bool { return v != "" && v != "on" })
}

// An unfitView is the page of such a form: what is wrong, and the form with all that was sent, to be mended and sent again.
type unfitView struct {
	layout
	fieldSet
	Action string
	Fields []unfitField
}

// An unfitField is one value of a field that was sent.
type unfitField struct {
	Name, Value   string
	Label         string // "" for a field that need not be seen
	Secret, Wrong bool
}

// drawUnfit answers with the page of an unfit form.
func (s *Server) drawUnfit(w http.ResponseWriter, r *http.Request, e *unfitForm) error {
	v := unfitView{layout: s.layout(r, "Not taken"), fieldSet: fieldSet{Values: r.PostForm, Problems: e.problems}, Action: r.URL.RequestURI()}
	v.Label = unfitLabel
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		f := unfitField{Name: readable(name), Secret: slices.Contains(secrets, name), Wrong: len(v.errors(name)) > 0}
		if f.Secret || f.Wrong {
			f.Label = unfitLabel(name)
			v.Fields = append(v.Fields, f)
			continue
		}
		for _, value := range r.PostForm[name] {
			f.Value = readable(value)
			v.Fields = append(v.Fields, f)
		}
	}
	return s.render(w, r, http.StatusUnprocessableEntity, unfitPage(v))
}

// unfitLabel makes words of the name of a field.
func unfitLabel(name string) string {
	if label := fieldLabel(plainFields, name); label != name {
		return label
	}
	return strings.NewReplacer("_", " ", ".", " ").Replace(strings.TrimPrefix(readable(name), "."))
}

// readable is a text with a mark in the place of what cannot be shown.
func readable(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", "\uFFFD"), "\uFFFD")
}

// mostSent bounds how much of a field is shown on the page of an error, in characters.
const mostSent = 5000

// sentWith returns what somebody may have typed into a form that is answered with the page of an error, so that it is not lost.
func sentWith(r *http.Request) []unfitField {
	if r.Method != http.MethodPost {
		return nil
	}
	return typedIn(r.PostForm)
}

// typedIn returns what somebody may have typed into the fields of a form.
func typedIn(sent url.Values) []unfitField {
	var list []unfitField
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		if slices.Contains(secrets, name) || slices.Contains(unseen, name) {
			continue
		}
		for _, value := range sent[name] {
			if strings.TrimSpace(value) == "" {
				continue
			}
			if text := []rune(value); len(text) > mostSent {
				value = string(text[:mostSent]) + "…"
			}
			list = append(list, unfitField{Name: readable(name), Value: readable(value), Label: unfitLabel(name)})
		}
		if len(list) > mostShown {
			break
		}
	}
	return list
}

// mostShown bounds how many fields are shown on the page of an error.
const mostShown = 200

// unseen are fields that nobody types into.
var unseen = []string{draftField, versionField, "version", theirsField, doField, proposalField, "next", "capture", "seen", "way", intoVersionField}
