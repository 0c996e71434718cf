package desk

import (
	"cmp"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/web/form"
)

// A fieldForm says how a field of a noun's form is drawn.
type fieldForm int

const (
	asLine   fieldForm = iota // one line of text
	asArea                    // several lines of text
	asLines                   // a list of texts, a line for each
	asChoice                  // one of a fixed set
	asBox                     // yes or no
	asDate                    // a narrative.Date
	asOne                     // the slug of another noun
	asMany                    // slugs of other nouns
	asPeriod                  // one of the fact's own periods
	asHidden                  // kept as it is; a slug that is made from another field when it is empty
	asGroup                   // a struct of further fields
	asRows                    // a list of structs of further fields
)

// A formField describes a field of a noun's form. From these the form is drawn, names are resolved, slugs are proposed, and
// problems are called by their labels.
type formField struct {
	key   string // in the corpus format
	label string
	help  string
	as    fieldForm

	lines   int               // of an area
	choices reflect.Type      // whose values a choice has
	words   map[string]string // what these are called, where the value is no word
	none    string            // what a choice of nothing is called, "" if something must be chosen
	kind    narrative.Kind    // of the noun that is named
	from    string            // the field of the same struct that a hidden slug is made from
	one     string            // what a row is called, as in "position"
	guarded bool              // held against the loaded words while it is written
	fields  []formField       // of a group or row
}

// eachField calls a function for every field that stands on a form, with its path: those of a list once for each of its rows.
func eachField(list []formField, prefix string, values url.Values, do func(path string, f formField)) {
	for _, f := range list {
		path := prefix + f.key
		do(path, f)
		switch f.as {
		case asGroup:
			eachField(f.fields, path+".", values, do)
		case asRows:
			for _, i := range form.Rows(values, path) {
				eachField(f.fields, fmt.Sprintf("%s[%d].", path, i), values, do)
			}
		}
	}
}

// pathParts are the keys of a path with the number of the row behind each, as in positions[2] and label.
var pathParts = regexp.MustCompile(`([a-z_]+)(?:\[(\d+)\])?`)

// fieldLabel says in an editor's words which field a path names, as in "Position 3, label".
func fieldLabel(list []formField, path string) string {
	var words []string
	for _, part := range pathParts.FindAllStringSubmatch(path, -1) {
		i := slices.IndexFunc(list, func(f formField) bool { return f.key == part[1] })
		if i < 0 {
			if word, ok := dateWords[part[1]]; ok {
				words = append(words, word)
			}
			break
		}
		f := list[i]
		switch number, err := strconv.Atoi(part[2]); {
		case err == nil && f.as == asRows:
			words = append(words, fmt.Sprintf("%s %d", f.one, number+1))
		case f.as == asGroup && f.label == "":
		default:
			words = append(words, f.label)
		}
		list = f.fields
	}
	if len(words) == 0 {
		return path
	}
	first := []rune(strings.Join(words, ", "))
	return strings.ToUpper(string(first[0])) + string(first[1:])
}

// dateWords are the fields of a date, as dateField calls them.
var dateWords = map[string]string{"day": "day", "at": "time", "basis": "what it rests on", "reason": "why"}

// settledProblems gives problems the paths of fields that are on the form: what is wrong with a line of a list is said beside the
// list, with the number of the line, and what is wrong with no field beside none.
func settledProblems(list []formField, values url.Values, problems []narrative.Problem) []narrative.Problem {
	known := map[string]fieldForm{}
	eachField(list, "", values, func(path string, f formField) {
		known[path] = f.as
		switch f.as {
		case asRows:
			for _, i := range form.Rows(values, path) {
				known[fmt.Sprintf("%s[%d]", path, i)] = asRows
			}
		case asDate:
			for key := range dateWords {
				known[path+"."+key] = asLine
			}
		}
	})
	settled := make([]narrative.Problem, len(problems))
	for i, p := range problems {
		if _, ok := known[p.Path]; !ok {
			if m := lineOfList.FindStringSubmatch(p.Path); m != nil {
				n, _ := strconv.Atoi(m[2]) // digits, by the expression
				p.Path, p.Message = m[1], fmt.Sprintf("line %d: %s", n+1, p.Message)
			}
			if _, ok := known[p.Path]; !ok {
				p.Path, p.Message = "", cmp.Or(fieldLabel(list, p.Path), "The form")+" "+p.Message
			}
		}
		settled[i] = p
	}
	return settled
}

var lineOfList = regexp.MustCompile(`^(.+)\[(\d{1,4})\]$`)

// fillSlugs gives hidden slugs of rows that have none one that is made of another field of the row, and that no other row of
// the list has.
func fillSlugs(list []formField, values url.Values) {
	eachField(list, "", values, func(path string, f formField) {
		if f.as != asRows {
			return
		}
		i := slices.IndexFunc(f.fields, func(f formField) bool { return f.from != "" })
		if i < 0 {
			return
		}
		slug, from := f.fields[i].key, f.fields[i].from
		var taken []narrative.Slug
		for _, n := range form.Rows(values, path) {
			taken = append(taken, narrative.Slug(values.Get(row(path, n, slug))))
		}
		for _, n := range form.Rows(values, path) {
			text := values.Get(row(path, n, from))
			if strings.TrimSpace(values.Get(row(path, n, slug))) != "" || strings.TrimSpace(text) == "" {
				continue
			}
			free := form.FreeSlug(cmp.Or(form.Slug(text), form.Slug(f.one)), taken)
			values.Set(row(path, n, slug), string(free))
			taken = append(taken, free)
		}
	})
}

// typedLines returns what was typed in a field, a text for each line of a list.
func typedLines(values url.Values, path string) []string {
	var list []string
	for _, value := range values[path] {
		for line := range strings.Lines(strings.ReplaceAll(value, "\r", "\n")) {
			if line = strings.TrimSpace(line); line != "" {
				list = append(list, line)
			}
		}
	}
	return list
}
