package api

import (
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"counterclaim/internal/edition"
	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
)

// Forms of values, as regular expressions.
const (
	slugPattern     = "^[a-z0-9]+(-[a-z0-9]+)*$"
	codePattern     = "^[0-9A-Z]{3}-[0-9A-Z]{4}$"
	intervalPattern = "^[0-9]{4}(-[0-9]{2}(-[0-9]{2}(/[0-9]{4}-[0-9]{2}-[0-9]{2})?)?)?$"
	minutePattern   = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$"
)

// deskChoices has the fixed sets that package narrative does not have.
var deskChoices = map[reflect.Type][]string{
	reflect.TypeFor[intake.Format](): {string(intake.Text), string(intake.HTML), string(intake.Markdown), string(intake.Ninjs), string(intake.PDF), string(intake.Transcript)},
	reflect.TypeFor[edition.Kind]():  {string(edition.Update), string(edition.Correction)},
}

// deskName is the name of a type in the description.
func deskName(t reflect.Type) string { return "Desk" + strings.TrimPrefix(t.Name(), "Desk") }

// corpusSchema returns a reference to the schema of a type with keys of the corpus format, which it makes if there is none.
func (a *API) corpusSchema(t reflect.Type) *huma.Schema {
	name, all := deskName(t), a.huma.OpenAPI().Components.Schemas.Map()
	ref := &huma.Schema{Ref: schemaPrefix + name}
	if all[name] != nil {
		return ref
	}
	s := &huma.Schema{Type: huma.TypeObject, Description: deskWords[name].text, Properties: map[string]*huma.Schema{}, AdditionalProperties: false}
	all[name] = s // before its members, which may have its type
	for _, k := range corpusKeys(t) {
		p := a.corpusProperty(k.typ, k.name)
		said, ok := deskWords[name+"."+k.name]
		if !ok {
			said, ok = deskWords[deskName(k.owner)+"."+k.name]
		}
		if !ok {
			said = deskWords[k.name]
		}
		if p.Description = said.text; said.example != nil {
			p.Examples = []any{said.example}
		}
		s.Properties[k.name] = p
		a.members[name] = append(a.members[name], k.name)
		if !k.optional && !narrative.MayWait(k.name) && k.name != "code" { // a new claim gets its code
			s.Required = append(s.Required, k.name)
		}
	}
	return ref
}

func (a *API) corpusProperty(t reflect.Type, key string) *huma.Schema {
	choices := deskChoices[t]
	if choices == nil {
		choices = narrative.Choices(t)
	}
	switch {
	case t == intervalType:
		return &huma.Schema{Type: huma.TypeString, Pattern: intervalPattern}
	case t.Kind() == reflect.Struct:
		return a.corpusSchema(t)
	case t.Kind() == reflect.Slice:
		most := longestList
		return &huma.Schema{Type: huma.TypeArray, Items: a.corpusProperty(t.Elem(), key), MaxItems: &most}
	case t.Kind() == reflect.Map:
		return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: a.corpusProperty(t.Elem(), key)}
	case t.Kind() == reflect.Bool:
		return &huma.Schema{Type: huma.TypeBoolean}
	case t.Kind() == reflect.Int:
		least := 0.0
		return &huma.Schema{Type: huma.TypeInteger, Minimum: &least}
	}
	s := &huma.Schema{Type: huma.TypeString}
	for _, c := range choices {
		s.Enum = append(s.Enum, c)
	}
	switch t {
	case reflect.TypeFor[narrative.Slug]():
		shortest, longest := 2, 80
		s.Pattern, s.MinLength, s.MaxLength = slugPattern, &shortest, &longest
	case reflect.TypeFor[narrative.Code]():
		s.Pattern = codePattern
	case reflect.TypeFor[narrative.Day]():
		s.Format = "date"
	case reflect.TypeFor[narrative.Minute]():
		s.Pattern = minutePattern
	}
	if most := narrative.MaxLength(t, key); most > 0 && len(choices) == 0 {
		s.MaxLength = &most
	}
	return s
}
