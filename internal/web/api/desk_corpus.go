package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"counterclaim/internal/narrative"
)

// The desk's part of the API speaks in the keys of the corpus format (docs/format.md), as the yaml tags of package narrative
// have them. What it says besides has types of the same make. This file reads and writes such types as JSON, and
// desk_schema.go describes them.

// Bounds of what a program may send.
const (
	longestList = 200 // elements
	mostWrong   = 20  // faults that are told of one request
)

// A corpusKey is a field of a type under its key.
type corpusKey struct {
	name     string
	index    []int
	typ      reflect.Type
	owner    reflect.Type // in which it is declared
	optional bool         // absent where it is empty
}

// corpusKeys returns the keys of a type in their order. An article's passages are left out: claims are sent one by one.
func corpusKeys(t reflect.Type) []corpusKey {
	var keys []corpusKey
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case options == "inline":
			for _, k := range corpusKeys(f.Type) {
				k.index = append([]int{i}, k.index...)
				keys = append(keys, k)
			}
		case name != "passages":
			keys = append(keys, corpusKey{name, []int{i}, f.Type, t, options != ""})
		}
	}
	return keys
}

var intervalType = reflect.TypeFor[narrative.Interval]()

// readCorpus reads a body into the value that into points to. It returns what is wrong with the body, with the pointer to
// each part of it; the problem of a body that is no JSON is a 400.
func readCorpus(body []byte, into any) *DeskProblem {
	r := corpusReader{dec: jsontext.NewDecoder(bytes.NewReader(body))}
	err := r.value("", reflect.ValueOf(into).Elem())
	if err == nil {
		if _, err = r.dec.ReadToken(); err == nil {
			err = errors.New("something follows the end of the value")
		} else if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	if err != nil {
		p := deskProblem(400, notJSON)
		fault := DeskFault{Location: "body", Detail: strings.ToValidUTF8(err.Error(), "\uFFFD")}
		if e, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
			fault.Pointer = shortPointer(string(e.JSONPointer))
			fault.Detail = fmt.Sprintf("at byte %d: %v", e.ByteOffset, e.Err)
		}
		p.Errors = append(p.Errors, fault)
		return p
	}
	return unfitBody(r.faults...)
}

// A corpusReader reads one body.
type corpusReader struct {
	dec    *jsontext.Decoder
	faults []DeskFault
}

func (r *corpusReader) fault(pointer, format string, args ...any) {
	r.faults = append(r.faults, DeskFault{Location: "body", Pointer: pointer, Detail: fmt.Sprintf(format, args...)})
}

// value reads the next value. The error is of a body that is no JSON.
func (r *corpusReader) value(pointer string, v reflect.Value) error {
	kind := r.dec.PeekKind()
	switch t := v.Type(); {
	case t == intervalType && kind == '"':
		return r.interval(pointer, v)
	case t.Kind() == reflect.Struct && t != intervalType && kind == '{':
		return r.object(pointer, v)
	case t.Kind() == reflect.Map && kind == '{':
		return r.named(pointer, v)
	case t.Kind() == reflect.Slice && kind == '[':
		return r.list(pointer, v)
	case t.Kind() == reflect.String && kind == '"', t.Kind() == reflect.Bool && (kind == 't' || kind == 'f'), t.Kind() == reflect.Int && kind == '0':
		return r.simple(pointer, v)
	case kind == 0: // a mistake in the form, or the end
		_, err := r.dec.ReadToken()
		return err
	default:
		r.fault(pointer, "%s; expected %s", kindWords[kind], typeWord(t))
		return r.dec.SkipValue()
	}
}

// kindWords names what stands in a body.
var kindWords = map[jsontext.Kind]string{
	'n': "null; leave out what is not known", 'f': "false", 't': "true", '"': "a string", '0': "a number", '{': "an object", '[': "a list",
}

func typeWord(t reflect.Type) string {
	switch {
	case t == intervalType, t.Kind() == reflect.String:
		return "a string"
	case t.Kind() == reflect.Struct, t.Kind() == reflect.Map:
		return "an object"
	case t.Kind() == reflect.Slice:
		return "a list"
	case t.Kind() == reflect.Bool:
		return "true or false"
	}
	return "a whole number"
}

func (r *corpusReader) simple(pointer string, v reflect.Value) error {
	token, err := r.dec.ReadToken()
	if err != nil {
		return err
	}
	switch v.Kind() {
	case reflect.String:
		if strings.ContainsRune(token.String(), 0) {
			r.fault(pointer, "holds the character U+0000, which cannot be kept; remove it")
			return nil
		}
		v.SetString(token.String())
	case reflect.Bool:
		v.SetBool(token.Bool())
	default:
		n, err := strconv.Atoi(token.String())
		if err != nil {
			r.fault(pointer, "%.40s; expected a whole number", token.String())
			return nil
		}
		v.SetInt(int64(n))
	}
	return nil
}

func (r *corpusReader) interval(pointer string, v reflect.Value) error {
	token, err := r.dec.ReadToken()
	if err != nil || token.String() == "" {
		return err
	}
	i, err := narrative.ParseInterval(token.String())
	if err != nil {
		r.fault(pointer, "%q is no date; expected one such as 2023-01-24, 2023-01, 2023 or 2023-01-10/2023-01-11", clipped(token.String()))
		return nil
	}
	v.Set(reflect.ValueOf(i))
	return nil
}

func (r *corpusReader) object(pointer string, v reflect.Value) error {
	if _, err := r.dec.ReadToken(); err != nil {
		return err
	}
	keys := corpusKeys(v.Type())
	for r.dec.PeekKind() == '"' {
		name, err := r.dec.ReadToken()
		if err != nil {
			return err
		}
		at := pointer + "/" + escapedPointer(name.String())
		known := false
		for _, k := range keys {
			if known = k.name == name.String(); known {
				if err := r.value(at, v.FieldByIndex(k.index)); err != nil {
					return err
				}
				break
			}
		}
		if !known {
			names := make([]string, len(keys))
			for i, k := range keys {
				names[i] = k.name
			}
			r.fault(at, "unknown key; expected one of %s", strings.Join(names, ", "))
			if err := r.dec.SkipValue(); err != nil {
				return err
			}
		}
	}
	_, err := r.dec.ReadToken()
	return err
}

// named reads an object whose keys are names.
func (r *corpusReader) named(pointer string, v reflect.Value) error {
	if _, err := r.dec.ReadToken(); err != nil {
		return err
	}
	v.Set(reflect.MakeMap(v.Type()))
	for r.dec.PeekKind() == '"' {
		name, err := r.dec.ReadToken()
		if err != nil {
			return err
		}
		key, element := name.String(), reflect.New(v.Type().Elem()).Elem()
		if err := r.value(pointer+"/"+escapedPointer(key), element); err != nil {
			return err
		}
		if v.Len() < longestList {
			v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), element)
		}
	}
	_, err := r.dec.ReadToken()
	return err
}

func (r *corpusReader) list(pointer string, v reflect.Value) error {
	if _, err := r.dec.ReadToken(); err != nil {
		return err
	}
	n := 0
	for ; r.dec.PeekKind() != ']' && r.dec.PeekKind() != 0; n++ {
		if n >= longestList {
			if err := r.dec.SkipValue(); err != nil {
				return err
			}
			continue
		}
		element := reflect.New(v.Type().Elem()).Elem()
		if err := r.value(pointer+"/"+strconv.Itoa(n), element); err != nil {
			return err
		}
		v.Set(reflect.Append(v, element))
	}
	if n > longestList {
		r.fault(pointer, "a list of %d; expected at most %d", n, longestList)
	}
	_, err := r.dec.ReadToken()
	return err
}

// writeCorpus writes a value as JSON. The value comes from the store, so that it cannot fail.
func writeCorpus(value any) ([]byte, error) {
	var b bytes.Buffer
	enc := jsontext.NewEncoder(&b)
	if err := (corpusWriter{enc}).value(reflect.ValueOf(value)); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	return b.Bytes(), nil
}

type corpusWriter struct{ enc *jsontext.Encoder }

func (w corpusWriter) value(v reflect.Value) error {
	switch {
	case v.Type() == intervalType:
		return w.enc.WriteToken(jsontext.String(v.Interface().(narrative.Interval).String()))
	case v.Kind() == reflect.Struct:
		if err := w.enc.WriteToken(jsontext.BeginObject); err != nil {
			return err
		}
		for _, k := range corpusKeys(v.Type()) {
			f := v.FieldByIndex(k.index)
			if k.optional && (f.IsZero() || f.Kind() == reflect.Slice && f.Len() == 0) {
				continue
			}
			if err := w.enc.WriteToken(jsontext.String(k.name)); err != nil {
				return err
			}
			if err := w.value(f); err != nil {
				return err
			}
		}
		return w.enc.WriteToken(jsontext.EndObject)
	case v.Kind() == reflect.Slice:
		if err := w.enc.WriteToken(jsontext.BeginArray); err != nil {
			return err
		}
		for i := range v.Len() {
			if err := w.value(v.Index(i)); err != nil {
				return err
			}
		}
		return w.enc.WriteToken(jsontext.EndArray)
	case v.Kind() == reflect.Bool:
		return w.enc.WriteToken(jsontext.Bool(v.Bool()))
	case v.Kind() == reflect.Int:
		return w.enc.WriteToken(jsontext.Int(v.Int()))
	}
	return w.enc.WriteToken(jsontext.String(v.String()))
}

// pointerOf makes a JSON pointer (RFC 6901) of a path in a noun: of positions[0].label, /positions/0/label.
func pointerOf(path string) string {
	if path == "" {
		return ""
	}
	return "/" + strings.NewReplacer("[", "/", "].", "/", "]", "", ".", "/").Replace(path)
}

// escapedPointer is a key as a part of a pointer, not too long.
func escapedPointer(key string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(clipped(key))
}

// shortPointer leaves out the end of a pointer into what is nested more deeply than anything that is taken.
func shortPointer(pointer string) string {
	const most = 200
	if len(pointer) <= most {
		return pointer
	}
	return pointer[:strings.LastIndexByte(pointer[:most], '/')]
}

// clipped shortens what somebody has sent, to be shown in a message.
func clipped(s string) string {
	const most = 80
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
