package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"counterclaim/internal/narrative"
)

// ErrUnwritable is the error of a collection that has no files of its own: a text that is not valid UTF-8, or two nouns
// that would have the same file.
var ErrUnwritable = errors.New("corpus cannot be written")

// Write returns the files of a collection by their names, with slashes, in the one canonical form: two columns of
// indentation, lists indented under their key, a key for each field that is not zero in the order of the types, an empty
// line between nouns, passages and claims. A kind without nouns has no file.
//
// [Read] gives back what was written if the collection was sorted and is sound; comments in files that were read are
// lost. The error is [ErrUnwritable].
func Write(c narrative.Collection) (map[string][]byte, error) {
	c = sorted(c)
	files := map[string][]byte{}
	add := func(name string, noun reflect.Value) error {
		if _, taken := files[name]; taken {
			return fmt.Errorf("%w: two nouns for the file %s", ErrUnwritable, name)
		}
		var w writer
		if noun.Kind() == reflect.Slice {
			w.list(noun, 0)
		} else {
			w.mapping(noun, 0, "")
		}
		if !utf8.Valid(w.Bytes()) {
			return fmt.Errorf("%w: text for %s is not valid UTF-8", ErrUnwritable, name)
		}
		files[name] = w.Bytes()
		return nil
	}
	var errs []error
	for _, ref := range references {
		if list := reflect.ValueOf(c).FieldByName(ref.Field); list.Len() > 0 {
			errs = append(errs, add(referenceFile(ref.File), list))
		}
	}
	for _, f := range c.Facts {
		errs = append(errs, add(factFile(f.Slug), reflect.ValueOf(f)))
	}
	for _, a := range c.Articles {
		errs = append(errs, add(articleFile(a.Slug), reflect.ValueOf(a)))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return files, nil
}

// document returns a noun as text in the canonical form. With codes, the claims of an article stand as their codes only.
func document(noun any, codes bool) string {
	w := writer{codes: codes}
	w.mapping(reflect.ValueOf(noun), 0, "")
	return w.String()
}

// A writer writes values in the canonical form.
type writer struct {
	bytes.Buffer
	codes bool // write claims as their codes
}

// mapping writes the keys of a struct at a column. The first line gets the head instead of its indentation, the hyphen
// of a list item.
func (w *writer) mapping(s reflect.Value, indent int, head string) {
	written := false
	for _, k := range keysOf(s.Type()) {
		value := s.Field(k.index)
		if k.optional && (value.IsZero() || value.Kind() == reflect.Slice && value.Len() == 0) {
			continue
		}
		if written || head == "" {
			w.spaces(indent)
		} else {
			w.WriteString(head)
		}
		written = true
		w.WriteString(k.name + ":")
		w.value(value, indent+2, indent+len(k.name)+1)
	}
	if !written {
		w.WriteString(head + "{}\n")
	}
}

// value writes what follows a key or a hyphen up to the end of its last line, its further lines at the column indent.
// The head is the number of columns taken on the first line.
func (w *writer) value(value reflect.Value, indent, head int) {
	switch {
	case value.Type() == intervalType:
		w.WriteString(scalarText(head, indent, value.Interface().(narrative.Interval).String(), false))
	case value.Kind() == reflect.String:
		w.WriteString(scalarText(head, indent, value.String(), isProse(value.Type())))
	case value.Kind() == reflect.Bool:
		fmt.Fprintf(w, " %t\n", value.Bool())
	case value.Kind() == reflect.Slice && value.Len() == 0:
		w.WriteString(" []\n")
	case value.Kind() == reflect.Slice:
		w.WriteByte('\n')
		w.list(value, indent)
	case value.IsZero():
		w.WriteString(" {}\n")
	default:
		w.WriteByte('\n')
		w.mapping(value, indent, "")
	}
}

// list writes the items of a list, each with a hyphen at a column.
func (w *writer) list(list reflect.Value, indent int) {
	item := list.Type().Elem()
	codes := w.codes && item == claimType
	apart := indent == 0 || item == blockType || item == claimType && !codes
	for i := range list.Len() {
		if apart && i > 0 {
			w.WriteByte('\n')
		}
		v := list.Index(i)
		switch {
		case codes:
			v = v.FieldByName("Code")
		case v.Kind() == reflect.Struct:
			w.mapping(v, indent+2, strings.Repeat(" ", indent)+"- ")
			continue
		}
		w.spaces(indent)
		w.WriteByte('-')
		w.value(v, indent+2, indent+1)
	}
}

func (w *writer) spaces(n int) { w.WriteString(strings.Repeat(" ", n)) }
