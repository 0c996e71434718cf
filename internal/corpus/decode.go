package corpus

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"counterclaim/internal/narrative"
)

// A decoder reads one noun of a file into a value, keeps where each part of it stands, and gathers all that is wrong
// instead of stopping at the first.
type decoder struct {
	file     string
	places   map[string]place // by path inside the noun, as in narrative.Problem; "" is the noun itself
	failed   []string         // paths that could not be read
	mistakes Mistakes
}

type place struct{ line, column int }

// decode reads a node into the noun that target points to.
func decode(file string, n ast.Node, target any) *decoder {
	d := &decoder{file: file, places: map[string]place{}}
	d.value("", n, reflect.ValueOf(target).Elem())
	return d
}

// fail reports that the value at a path cannot be read.
func (d *decoder) fail(path string, n ast.Node, format string, args ...any) {
	line, column := position(n)
	if line == 0 { // a key without a value has no token of its own in some cases
		line, column = d.near(path)
	}
	d.failed = append(d.failed, path)
	d.mistakes = append(d.mistakes, Mistake{d.file, line, column, at(path) + fmt.Sprintf(format, args...)})
}

func at(path string) string {
	if path == "" {
		return ""
	}
	return path + ": "
}

// near returns where a path stands, or else the part of the noun that holds it.
func (d *decoder) near(path string) (line, column int) {
	for {
		if p, ok := d.places[path]; ok {
			return p.line, p.column
		}
		if path == "" {
			return 0, 0
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
}

// unread reports whether a path, what holds it or something in it could not be read, so that what the rules say of it
// would only be an echo.
func (d *decoder) unread(path string) bool {
	for _, f := range d.failed {
		if within(path, f) || within(f, path) {
			return true
		}
	}
	return false
}

// within reports whether a path is another or a part of it.
func within(path, of string) bool {
	rest, ok := strings.CutPrefix(path, of)
	return ok && (rest == "" || of == "" || rest[0] == '.' || rest[0] == '[')
}

func (d *decoder) value(path string, n ast.Node, v reflect.Value) {
	if line, column := position(n); line > 0 {
		d.places[path] = place{line, column}
	}
	switch {
	case v.Type() == intervalType, v.Kind() == reflect.String:
		d.text(path, n, v)
	case v.Kind() == reflect.Bool:
		b, ok := n.(*ast.BoolNode)
		if !ok {
			d.fail(path, n, "found %s; expected true or false", describe(n))
			return
		}
		v.SetBool(b.Value)
	case v.Kind() == reflect.Slice:
		d.list(path, n, v)
	default:
		d.mapping(path, n, v)
	}
}

func (d *decoder) text(path string, n ast.Node, v reflect.Value) {
	s, text, ok := scalar(n)
	switch {
	case !ok:
		d.fail(path, n, "found %s; expected text", describe(n))
	case v.Type() == intervalType:
		interval, err := narrative.ParseInterval(s)
		if err != nil {
			d.fail(path, n, "%q is no date; expected one such as 2023-01-24, 2023-01, 2023 or 2023-01-10/2023-01-11", s)
			return
		}
		v.Set(reflect.ValueOf(interval))
	case !text && isProse(v.Type()):
		d.fail(path, n, "found %s; expected text, so put it in quotation marks", describe(n))
	default:
		v.SetString(s)
	}
}

func (d *decoder) list(path string, n ast.Node, v reflect.Value) {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		d.fail(path, n, "found %s; expected a list, each item on a line that begins with a hyphen", describe(n))
		return
	}
	if len(s.Values) == 0 {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(s.Values), len(s.Values)))
	for i, item := range s.Values {
		d.value(fmt.Sprintf("%s[%d]", path, i), item, v.Index(i))
	}
}

func (d *decoder) mapping(path string, n ast.Node, v reflect.Value) {
	values, ok := entries(n)
	keys := keysOf(v.Type())
	if !ok {
		d.fail(path, n, "found %s; expected the keys %s", describe(n), names(keys))
		return
	}
	prefix := path
	if prefix != "" {
		prefix += "."
	}
	lines := map[string]int{}
	for _, entry := range values {
		name, isText, _ := scalar(entry.Key)
		line, column := position(entry.Key)
		complain := func(format string, args ...any) {
			d.mistakes = append(d.mistakes, Mistake{d.file, line, column, at(path) + fmt.Sprintf(format, args...)})
		}
		if !isText {
			complain("a key that is not a word; expected one of %s", names(keys))
			continue
		}
		k, known := find(keys, name)
		switch first := lines[name]; {
		case !known:
			complain("unknown key %q; expected one of %s", name, names(keys))
		case first > 0:
			complain("the key %q comes twice; it is on line %d already", name, first)
		default:
			lines[name] = line
			d.places[prefix+name] = place{line, column}
			d.value(prefix+name, entry.Value, v.Field(k.index))
		}
	}
}

func find(keys []key, name string) (key, bool) {
	for _, k := range keys {
		if k.name == name {
			return k, true
		}
	}
	return key{}, false
}

func names(keys []key) string {
	list := make([]string, len(keys))
	for i, k := range keys {
		list[i] = k.name
	}
	return strings.Join(list, ", ")
}
