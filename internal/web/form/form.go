// Package form stands between a noun and the fields of a web form. It reads posted fields into a noun, writes a noun as
// fields, moves the rows of its lists, and says field by field how two nouns differ. It knows nothing of HTTP, HTML or the
// database.
//
// A field is named by its path in the corpus format (docs/format.md), as problems of package narrative are: question,
// positions[0].label, published.day, read_for[2].fact. So a problem is always shown beside its field. A list of texts,
// slugs or codes is one field with a line for each, or one that is sent once for each. A list of larger things is rows; a
// field named like the list, with any value, says that it was on the form.
package form

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"counterclaim/internal/narrative"
)

// MaxRows is the largest number of rows that a list of a form may have.
const MaxRows = 200

// Read reads the fields of a noun, given as a pointer to it. Fields that the noun has not are passed over. Every field of the
// noun must be sent, so that a form which was cut off changes nothing: what is missing, sent twice or in no readable form is
// a problem, and the noun then not to be used. Text is brought into normal form C and freed of white space at its ends;
// paragraphs are divided by an empty line, a single line break is a space. Rows with nothing in them are left out.
func Read(fields url.Values, noun any) []narrative.Problem {
	r := reader{fields: fields}
	r.structure("", reflect.ValueOf(noun).Elem())
	return r.problems
}

type reader struct {
	fields   url.Values
	problems []narrative.Problem
}

func (r *reader) add(path, format string, args ...any) {
	r.problems = append(r.problems, narrative.Problem{Path: path, Message: fmt.Sprintf(format, args...)})
}

func (r *reader) structure(prefix string, s reflect.Value) {
	for i := range s.NumField() {
		if key := keyOf(s.Type().Field(i)); key != "" {
			r.value(prefix+key, s.Field(i))
		}
	}
}

// keyOf returns a field's key in the corpus format, "" for an article's passages, which no form has.
func keyOf(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	if key == "passages" {
		return ""
	}
	return key
}

func (r *reader) value(path string, v reflect.Value) {
	switch {
	case v.Type() == reflect.TypeFor[narrative.Interval]():
		r.interval(path, v)
	case v.Kind() == reflect.Struct:
		r.structure(path+".", v)
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		r.rows(path, v)
	case v.Kind() == reflect.Slice:
		r.list(path, v)
	case v.Kind() == reflect.Bool:
		v.SetBool(r.last(path) == "on")
	case v.Kind() == reflect.String:
		v.SetString(r.text(path))
	}
}

// text returns a field that is sent once.
func (r *reader) text(path string) string {
	values, ok := r.fields[path]
	switch {
	case !ok:
		r.add(path, "was not sent; expected a field, which may be empty")
	case len(values) > 1:
		r.add(path, "was sent %d times; expected once", len(values))
	default:
		return clean(values[0])
	}
	return ""
}

// last returns the last value of a field: a box that is ticked comes after the empty value that stands for one that is not.
func (r *reader) last(path string) string {
	values, ok := r.fields[path]
	if !ok {
		r.add(path, "was not sent; expected a field, which may be empty")
		return ""
	}
	return values[len(values)-1]
}

// list reads a line for each element.
func (r *reader) list(path string, v reflect.Value) {
	values, ok := r.fields[path]
	if !ok {
		r.add(path, "was not sent; expected a field, which may be empty")
		return
	}
	for _, value := range values {
		for line := range strings.Lines(newlines(value)) {
			if line = clean(line); line != "" {
				v.Set(reflect.Append(v, reflect.ValueOf(line).Convert(v.Type().Elem())))
			}
		}
	}
	if v.Len() > MaxRows {
		r.add(path, "has %d lines; expected at most %d", v.Len(), MaxRows)
	}
}

func (r *reader) interval(path string, v reflect.Value) {
	i, err := narrative.ParseInterval(r.text(path))
	if text := r.fields.Get(path); strings.TrimSpace(text) == "" {
		return
	}
	if err != nil {
		r.add(path, "%q is no date; expected one such as 2023-01-24, 2023-01, 2023 or 2023-01-10/2023-01-11", clean(r.fields.Get(path)))
		return
	}
	v.Set(reflect.ValueOf(i))
}

func (r *reader) rows(path string, v reflect.Value) {
	if _, ok := r.fields[path]; !ok {
		r.add(path, "was not sent; expected a field that says that the list was on the form")
		return
	}
	indexes := Rows(r.fields, path)
	if len(indexes) > MaxRows {
		r.add(path, "has %d rows; expected at most %d", len(indexes), MaxRows)
		return
	}
	for _, i := range indexes {
		row := fmt.Sprintf("%s[%d].", path, i)
		if isBlank(r.fields, row, v.Type().Elem()) {
			continue
		}
		element := reflect.New(v.Type().Elem()).Elem()
		r.structure(row, element)
		v.Set(reflect.Append(v, element))
	}
}

// rowsMark is the value of the field that says that a list was on the form.
const rowsMark = "[rows]"

// isBlank reports whether the fields of a struct of a type, under a prefix, are all empty.
func isBlank(fields url.Values, prefix string, t reflect.Type) bool {
	for field := range t.Fields() {
		key := keyOf(field)
		if key == "" {
			continue
		}
		path, of := prefix+key, field.Type
		switch {
		case of.Kind() == reflect.Struct && of != reflect.TypeFor[narrative.Interval]():
			if !isBlank(fields, path+".", of) {
				return false
			}
		case of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Struct:
			for _, row := range Rows(fields, path) {
				if !isBlank(fields, fmt.Sprintf("%s[%d].", path, row), of.Elem()) {
					return false
				}
			}
		case slices.ContainsFunc(fields[path], func(s string) bool { return strings.TrimSpace(s) != "" }):
			return false
		}
	}
	return true
}

// Tidy leaves out the rows of a noun's lists that have nothing in them and numbers the others from 0, so that the paths of
// problems are those of the fields. The noun is given by its value, which is not looked at.
func Tidy(fields url.Values, noun any) { tidy(fields, "", reflect.TypeOf(noun)) }

func tidy(fields url.Values, prefix string, t reflect.Type) {
	for field := range t.Fields() {
		key := keyOf(field)
		if key == "" {
			continue
		}
		path, of := prefix+key, field.Type
		switch {
		case of.Kind() == reflect.Struct:
			tidy(fields, path+".", of)
		case of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Struct:
			rows := slices.DeleteFunc(Rows(fields, path), func(row int) bool {
				return isBlank(fields, fmt.Sprintf("%s[%d].", path, row), of.Elem())
			})
			renumber(fields, path, rows)
			for row := range rows {
				tidy(fields, fmt.Sprintf("%s[%d].", path, row), of.Elem())
			}
		}
	}
}

// Rows returns the numbers of the rows of a list that have a field, in order. They need not be consecutive.
func Rows(fields url.Values, path string) []int {
	seen := map[int]bool{}
	for name := range fields {
		rest, ok := strings.CutPrefix(name, path+"[")
		if !ok {
			continue
		}
		number, _, ok := strings.Cut(rest, "].")
		if !ok {
			continue
		}
		if n, err := strconv.Atoi(number); err == nil && n >= 0 && strconv.Itoa(n) == number {
			seen[n] = true
		}
	}
	rows := make([]int, 0, len(seen))
	for n := range seen {
		rows = append(rows, n)
	}
	sort.Ints(rows)
	return rows
}

// Write returns the fields of a noun, every one that [Read] expects.
func Write(noun any) url.Values {
	fields := url.Values{}
	write(fields, "", reflect.ValueOf(noun))
	return fields
}

func write(fields url.Values, path string, v reflect.Value) {
	switch {
	case v.Type() == reflect.TypeFor[narrative.Interval]():
		fields.Set(path, v.Interface().(narrative.Interval).String())
	case v.Kind() == reflect.Struct:
		if path != "" {
			path += "."
		}
		for i := range v.NumField() {
			if key := keyOf(v.Type().Field(i)); key != "" {
				write(fields, path+key, v.Field(i))
			}
		}
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		fields.Set(path, rowsMark)
		for i := range v.Len() {
			write(fields, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case v.Kind() == reflect.Slice:
		lines := make([]string, v.Len())
		for i := range v.Len() {
			lines[i] = v.Index(i).String()
		}
		fields.Set(path, strings.Join(lines, "\n"))
	case v.Kind() == reflect.Bool:
		fields.Set(path, map[bool]string{true: "on", false: ""}[v.Bool()])
	case v.Kind() == reflect.String:
		fields.Set(path, v.String())
	}
}

// clean brings a text as it was typed into the form in which nouns hold text.
func clean(s string) string {
	if !utf8.ValidString(s) {
		return s // the rules say so, beside the field
	}
	var paragraphs []string
	for paragraph := range strings.SplitSeq(blankLines(newlines(norm.NFC.String(s))), "\n\n") {
		if paragraph = strings.TrimSpace(strings.ReplaceAll(paragraph, "\n", " ")); paragraph != "" {
			paragraphs = append(paragraphs, paragraph)
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// newlines makes one of the ways to end a line.
func newlines(s string) string { return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s) }

// blankLines empties lines of nothing but white space.
func blankLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if strings.TrimSpace(line) == "" {
			lines[i] = ""
		}
	}
	return strings.Join(lines, "\n")
}
