package api

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// A Reference is the description of the API in the order in which people read it.
type Reference struct {
	Title, Version string
	Server         string   // address before the paths
	About          []string // paragraphs, each in the CommonMark of the description: only words in ** and in backquotes
	Licence        string
	Groups         []Group
	Types          []Type // by name
}

// A Group is the operations on one noun.
type Group struct {
	Name       string
	Operations []Operation
}

// An Operation is one of the API's operations.
type Operation struct {
	ID, Method, Path, Summary, Description string
	Parameters                             []Parameter
	Body                                   TypeName   // of what is sent; the zero name where nothing is
	Responses                              []Response // by status
	Example                                string     // an address that can be asked for
	NeedsToken                             bool
}

// A Parameter is a part of a request.
type Parameter struct {
	Name, In, Description, Example string
	Type                           TypeName
	Required                       bool
	Default                        string // "" for none
}

// A Response is what an operation answers.
type Response struct {
	Status      int
	Description string
	Type        TypeName // the zero name where there is no body
}

// A Type is an object of the API.
type Type struct {
	Name, Description string
	Members           []Member // in the order in which they are written
}

// A Member is a member of an object.
type Member struct {
	Name, Description, Example string
	Type                       TypeName
	Required                   bool // always there
}

// A TypeName says what something is, in words: "string, date", "list of Stance".
type TypeName struct {
	Before string // words before the name of a type of the API, "list of"
	Name   string // of a type of the API, or "" where Before says all
	After  string // what is allowed, such as the values of a fixed set
}

// Reference returns the description as a value, made from the same as the document.
func (a *API) Reference() Reference {
	o := a.huma.OpenAPI()
	r := Reference{
		Title: o.Info.Title, Version: o.Info.Version, Server: o.Servers[0].URL, Licence: o.Info.License.Name,
		About: strings.Split(o.Info.Description, "\n\n"),
	}
	schemas := o.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		t := Type{Name: name, Description: schemas[name].Description}
		names := a.members[name]
		if names == nil {
			names = members(o.Components.Schemas.TypeFromRef(schemaPrefix + name))
		}
		for _, member := range names {
			s := schemas[name].Properties[member]
			t.Members = append(t.Members, Member{
				Name: member, Description: s.Description, Example: example(s.Examples), Type: typeName(s),
				Required: slices.Contains(schemas[name].Required, member),
			})
		}
		r.Types = append(r.Types, t)
	}
	for _, op := range a.operations {
		if i := len(r.Groups) - 1; i < 0 || r.Groups[i].Name != op.Tags[0] {
			r.Groups = append(r.Groups, Group{Name: op.Tags[0]})
		}
		g := &r.Groups[len(r.Groups)-1]
		g.Operations = append(g.Operations, operation(r.Server, op))
	}
	return r
}

func operation(server string, op *huma.Operation) Operation {
	o := Operation{
		ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: op.Description, Example: server + op.Path,
		NeedsToken: len(op.Security) > 0,
	}
	if op.RequestBody != nil {
		o.Body = typeName(op.RequestBody.Content["application/json"].Schema)
	}
	query := "?"
	for _, p := range op.Parameters {
		parameter := Parameter{
			Name: p.Name, In: p.In, Description: p.Description, Example: example(p.Schema.Examples), Type: typeName(p.Schema), Required: p.Required,
		}
		if p.Schema.Default != nil {
			parameter.Default = fmt.Sprint(p.Schema.Default)
		}
		o.Parameters = append(o.Parameters, parameter)
		switch {
		case p.In == "path":
			o.Example = strings.Replace(o.Example, "{"+p.Name+"}", parameter.Example, 1)
		case p.Required || parameter.Default != "":
			o.Example += query + p.Name + "=" + parameter.Example
			query = "&"
		}
	}
	for status, response := range op.Responses {
		x := Response{Description: response.Description}
		_, _ = fmt.Sscan(status, &x.Status) // the keys are statuses
		for _, mediaType := range response.Content {
			x.Type = typeName(mediaType.Schema)
		}
		o.Responses = append(o.Responses, x)
	}
	slices.SortFunc(o.Responses, func(a, b Response) int { return cmp.Compare(a.Status, b.Status) })
	return o
}

// members returns the names of a type's members in the order in which they are written, which schemas do not keep.
func members(t reflect.Type) []string {
	var names []string
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// typeName says what a schema allows.
func typeName(s *huma.Schema) TypeName {
	if name, ok := strings.CutPrefix(s.Ref, schemaPrefix); ok {
		return TypeName{Name: name}
	}
	if s.Type == huma.TypeArray {
		n := typeName(s.Items)
		n.Before = strings.TrimSpace("list of " + n.Before)
		return n
	}
	n := TypeName{Before: s.Type}
	if s.Format != "" && s.Type == huma.TypeString {
		n.Before += ", " + s.Format
	}
	var values []string
	for _, v := range s.Enum {
		values = append(values, fmt.Sprint(v))
	}
	switch {
	case len(values) > 0:
		n.After = strings.Join(values, ", ")
	case s.Minimum != nil && s.Maximum != nil:
		n.After = fmt.Sprintf("%.0f to %.0f", *s.Minimum, *s.Maximum)
	case s.Minimum != nil:
		n.After = fmt.Sprintf("from %.0f", *s.Minimum)
	}
	return n
}

// example writes the first of the examples as it stands in JSON, but for the quotation marks of a string.
func example(examples []any) string {
	if len(examples) == 0 {
		return ""
	}
	if s, ok := examples[0].(string); ok {
		return s
	}
	raw, _ := json.Marshal(examples[0]) // has come out of JSON
	return string(raw)
}
