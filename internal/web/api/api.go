// Package api answers programs: the read API, /api/v1, gives what is published to everybody, and the desk's part of it,
// /api/v1/desk, lets the program of an editor bring in articles and claims and publish. Both have one description in OpenAPI
// 3.1, which is drawn from the types here. A noun has a file, with its types, its operations and the function that registers
// them; those of the desk begin with desk. The package knows nothing of SQL or of pages, and answers with JSON whatever was
// asked for.
package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"counterclaim/internal/checkpoint"
	"counterclaim/internal/store"
)

// Options say what an API reads and how it fits into its site.
type Options struct {
	Store     *store.Store
	PublicURL string // the site's own address without a slash at its end, with which all addresses in answers begin
	// Keep wraps each operation, to keep its answers and to send them under an ETag. What it wraps is a function of what is
	// published and of path and query, which hold nothing that is not asked of the operation.
	Keep func(http.Handler) http.Handler
	// Failed is told of each fault of ours, once. Whoever asked is told nothing of its cause.
	Failed func(ctx context.Context, err error)
	// Signer signs the heads of the log; nil if this server does not.
	Signer *checkpoint.Signer
}

// An API is what the operations have in common.
type API struct {
	store      *store.Store
	publicURL  string
	failed     func(ctx context.Context, err error)
	signer     *checkpoint.Signer
	huma       huma.API
	desk       huma.API            // of the desk's operations; it shares the description
	operations []*huma.Operation   // in the order of the description
	parameters map[string][]string // names of an operation's query parameters, by its path below /api
	members    map[string][]string // of the types with keys of the corpus format, in their order
	document   []byte
}

// registers has each noun's part of the API, in the order of the description.
var registers = []func(*API){
	(*API).describeCommon,
	registerDisputes, registerFacts, registerEditions, registerChanges, registerClaims, registerFigures, registerArticles, registerSources,
	registerParties, registerOutlets, registerEvents, registerCorrections, registerLog, registerDesk,
}

// Register puts the API's operations and its description on a router, which is mounted at /api. The error says what is
// wrong with the description.
func Register(r chi.Router, o Options) (*API, error) {
	a := &API{store: o.Store, publicURL: o.PublicURL, failed: o.Failed, signer: o.Signer, parameters: map[string][]string{}, members: map[string][]string{}}
	r.Use(openToAll)
	r.NotFound(func(w http.ResponseWriter, r *http.Request) { Refuse(w, r, http.StatusNotFound, noSuchPath) })
	r.MethodNotAllowed(refuseMethod(r))
	kept, config := r.With(a.checkQuery, o.Keep), a.config()
	a.huma = humachi.New(kept, config)
	a.desk = humachi.New(r.With(a.checkQuery), config)
	for _, register := range registers {
		register(a)
	}
	for _, op := range a.operations {
		for _, p := range op.Parameters {
			if p.In == "query" {
				a.parameters[op.Path] = append(a.parameters[op.Path], p.Name)
			}
		}
	}
	var err error
	if a.document, err = json.MarshalIndent(a.huma.OpenAPI(), "", "  "); err != nil {
		return nil, fmt.Errorf("api: the description: %w", err)
	}
	a.document = append(a.document, '\n')
	kept.Get("/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(a.document) // fails only if the visitor has gone
	})
	return a, nil
}

// Document returns the description, JSON in the form of OpenAPI 3.1.
func (a *API) Document() []byte { return a.document }

// get registers an operation that reads. What read returns is the body of the answer; what it fails with becomes a
// [Problem] or a [Moved]. The operation's errors are those of its own: all have 400, 422, 500 and 503.
func get[I, O any](a *API, op huma.Operation, read func(context.Context, *I) (O, error)) {
	type output struct{ Body O }
	huma.Register(a.huma, a.complete(op), func(ctx context.Context, input *I) (*output, error) {
		body, err := read(ctx, input)
		if err != nil {
			return nil, a.explain(ctx, err)
		}
		return &output{body}, nil
	})
}

// list registers an operation that reads a part of a list. What read returns beside the items is the cursor of the next
// part, "" at the end; at says at which path, and by which query, the part was asked for.
func list[I, T any](a *API, op huma.Operation, read func(context.Context, *I) (items []T, cursor string, err error), at func(*I) (path string, query url.Values)) {
	type output struct {
		Link string `header:"Link" doc:"The address of the next part (rel=next), where there is one, as in the body." example:"<https://counterclaim.example/api/v1/facts?after=2031-06-02~bridge-open>; rel=\"next\""`
		Body List[T]
	}
	describe[List[T]](a, "A part of a list.")
	huma.Register(a.huma, a.complete(op), func(ctx context.Context, input *I) (*output, error) {
		items, cursor, err := read(ctx, input)
		path, query := at(input)
		if err != nil {
			return nil, a.explain(ctx, a.movedFilter(err, path, query))
		}
		o := &output{Body: List[T]{Items: orEmpty(items)}}
		if cursor != "" {
			query.Set("after", cursor)
			o.Body.Next = a.publicURL + path + "?" + query.Encode()
			o.Link = "<" + o.Body.Next + `>; rel="next"`
		}
		return o, nil
	})
}

// A List is a part of a list.
type List[T any] struct {
	Items []T    `json:"items" doc:"The items of this part, in the order of the list."`
	Next  string `json:"next,omitempty" format:"uri" doc:"The address of the next part; absent at the end." example:"https://counterclaim.example/api/v1/facts?after=2031-06-02~bridge-open"`
}

// schemaOf returns a reference to the schema of a type.
func schemaOf[T any](a *API) *huma.Schema {
	return a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
}

// describe gives the schema of a type the text that says what it is.
func describe[T any](a *API, text string) {
	a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), false, "").Description = text
}

// orEmpty is a list that is never null in JSON.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
