package desk

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/web/form"
)

// A fieldSet is what the fields of a form hold when it is drawn: for the first time, or again because something was wrong or
// somebody else has saved meanwhile. Fields are named by their paths in the corpus format, see package form.
type fieldSet struct {
	Values   url.Values
	Problems []narrative.Problem // those of no field have the path ""
	Theirs   url.Values          // what somebody else has saved since the form was made; nil if nobody has
	Stands   bool                // Theirs is what stands now beside what is proposed, and nobody has saved in between
	Takes    bool                // the form knows buttons that take theirs, take:PATH
	Label    func(string) string // how a person calls the field of a path; nil where it is called as on most forms, see [plainFields]
	Focus    string              // the path of the row that was moved or added, "" for none
}

// label is how a person calls the field of a path.
func (f fieldSet) label(path string) string {
	if f.Label == nil {
		return fieldLabel(plainFields, path)
	}
	return f.Label(path)
}

// newFieldSet returns the fields of a noun.
func newFieldSet(noun any) fieldSet { return fieldSet{Values: form.Write(noun)} }

// value returns what a field holds, fit to be shown.
func (f fieldSet) value(path string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(f.Values.Get(path), "\x00", "\uFFFD"), "\uFFFD")
}

// isOn reports whether a box is ticked.
func (f fieldSet) isOn(path string) bool {
	values := f.Values[path]
	return len(values) > 0 && values[len(values)-1] == "on"
}

// with returns the fields with one more, which is no noun's.
func (f fieldSet) with(name, value string) fieldSet {
	f.Values = maps.Clone(f.Values)
	if f.Values == nil {
		f.Values = url.Values{}
	}
	f.Values.Set(name, value)
	return f
}

// errors returns what is wrong with a field.
func (f fieldSet) errors(path string) []string {
	var list []string
	for _, p := range f.Problems {
		if p.Path == path {
			list = append(list, p.Message)
		}
	}
	return list
}

// theirs returns what somebody else has saved in a field, and whether it differs from what the field holds.
func (f fieldSet) theirs(path string) (string, bool) {
	if f.Theirs == nil {
		return "", false
	}
	for _, d := range form.Differences(url.Values{path: f.Theirs[path]}, url.Values{path: f.Values[path]}) {
		return d.Before, true
	}
	return "", false
}

// takeWord is what the button says that takes theirs.
func (f fieldSet) takeWord() string {
	if f.Stands {
		return "Keep what is there"
	}
	return "Take theirs"
}

// rows returns the numbers of the rows of a list, those that somebody else has saved included, with one more for a new row.
func (f fieldSet) rows(path string) []int {
	rows := form.Rows(f.Values, path)
	for _, n := range form.Rows(f.Theirs, path) {
		if !slices.Contains(rows, n) {
			rows = append(rows, n)
		}
	}
	slices.Sort(rows)
	next := 0
	if len(rows) > 0 {
		next = rows[len(rows)-1] + 1
	}
	if next >= form.MaxRows {
		return rows
	}
	return append(rows, next)
}

// row is the path of a field in a row of a list.
func row(list string, i int, key string) string { return fmt.Sprintf("%s[%d].%s", list, i, key) }

// fieldID is the id of a field's element.
func fieldID(path string) string {
	return "f-" + strings.NewReplacer("[", "-", "]", "", ".", "-").Replace(path)
}

// describedBy names what stands below a field: its help and what is wrong.
func (f fieldSet) describedBy(path, help string) string {
	var ids []string
	if help != "" {
		ids = append(ids, fieldID(path)+"-help")
	}
	if len(f.errors(path)) > 0 {
		ids = append(ids, fieldID(path)+"-errors")
	}
	return strings.Join(ids, " ")
}

// A choice is one of the values that a field may have.
type choice struct{ Value, Text string }

// isNone reports whether a field holds what is none of its choices: it is kept until somebody chooses.
func (f fieldSet) isNone(path string, choices []choice) bool {
	return f.value(path) != "" && !slices.ContainsFunc(choices, func(c choice) bool { return c.Value == f.value(path) })
}

// choicesOf makes choices of the values of a type, with what stands for each in a person's words.
func choicesOf(values []string, words map[string]string) []choice {
	list := make([]choice, len(values))
	for i, v := range values {
		list[i] = choice{v, v}
		if w, ok := words[v]; ok {
			list[i].Text = w
		}
	}
	return list
}
