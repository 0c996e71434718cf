// Package corpus reads and writes the articles/ format, YAML files that people edit, as one value: a
// [narrative.Collection]. It knows the form of the files (docs/format.md describes it) and how three states of a corpus
// are merged. What the nouns mean and the rules for them are package narrative's; it knows nothing of the database.
package corpus

import (
	"path"
	"reflect"
	"strings"

	"counterclaim/internal/narrative"
)

// The folders of a corpus, below its root. Articles lie in the root itself.
const (
	referenceFolder = "reference"
	factsFolder     = "facts"
	extension       = ".yaml"
)

// references names the files of the folder reference, each a list of nouns of one kind, with the field of a
// [narrative.Collection] that it fills.
var references = []struct {
	File  string
	Kind  narrative.Kind
	Field string
}{
	{"disputes", narrative.KindDispute, "Disputes"},
	{"parties", narrative.KindParty, "Parties"},
	{"outlets", narrative.KindOutlet, "Outlets"},
	{"sources", narrative.KindSource, "Sources"},
	{"places", narrative.KindPlace, "Places"},
	{"terms", narrative.KindTerm, "Terms"},
	{"events", narrative.KindEvent, "Events"},
	{"records", narrative.KindRecord, "Records"},
}

func referenceFile(name string) string { return path.Join(referenceFolder, name+extension) }

func factFile(slug narrative.Slug) string { return path.Join(factsFolder, string(slug)+extension) }

func articleFile(slug narrative.Slug) string { return string(slug) + extension }

// A key is a field of a noun as a file has it.
type key struct {
	name     string
	optional bool // left out where the field is zero
	index    int  // of the struct's field
}

// keysOf returns the keys of a struct type, in the order of its fields, by their yaml tags.
func keysOf(t reflect.Type) []key {
	keys := make([]key, t.NumField())
	for i := range keys {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		keys[i] = key{name: name, optional: options == "omitempty", index: i}
	}
	return keys
}

// The types whose form in a file is not that of their kind.
var (
	intervalType = reflect.TypeFor[narrative.Interval]()
	markupType   = reflect.TypeFor[narrative.Markup]()
	stringType   = reflect.TypeFor[string]()
	claimType    = reflect.TypeFor[narrative.Claim]()
	blockType    = reflect.TypeFor[narrative.Block]()
)

// isProse reports whether a type holds text that people write, rather than a name, code or date.
func isProse(t reflect.Type) bool { return t == stringType || t == markupType }
