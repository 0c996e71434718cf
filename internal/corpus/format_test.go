package corpus

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"counterclaim/internal/narrative"
)

// TestFormat: docs/format.md names every key, and its example can be read.
func TestFormat(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/format.md")
	if err != nil {
		t.Fatal(err)
	}
	format := string(data)
	seen := map[reflect.Type]bool{}
	var visit func(reflect.Type)
	visit = func(typ reflect.Type) {
		switch {
		case seen[typ] || typ == intervalType:
		case typ.Kind() == reflect.Slice:
			visit(typ.Elem())
		case typ.Kind() == reflect.Struct:
			seen[typ] = true
			for _, k := range keysOf(typ) {
				if !strings.Contains(format, "`"+k.name+"`") {
					t.Errorf("docs/format.md does not name the key %s of %s", k.name, typ)
				}
				visit(typ.Field(k.index).Type)
			}
		}
	}
	for field := range reflect.TypeFor[narrative.Collection]().Fields() {
		visit(field.Type)
	}

	_, example, _ := strings.Cut(format, "```yaml\n")
	example, _, found := strings.Cut(example, "```\n")
	if !found {
		t.Fatal("docs/format.md has no example")
	}
	r := reader{nouns: map[narrative.Kind][]*decoder{}}
	r.file(file{"courier-2024-03-06-bridge.yaml", []byte(example)})
	if len(r.mistakes) > 0 {
		t.Errorf("the example: %v", r.mistakes)
	}
	if written := document(r.corpus.Articles[0], false); written != example {
		t.Errorf("the example is written as\n%s", written)
	}
}
