package api

import (
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// version is that of the description: the second number rises when something is added, the third when words change.
const version = "1.2.0"

// about is what the description says of the whole.
const about = `Everything that is published on this site, for programs: contested facts with the answers that sources give, the claims with their exact words, and where each was printed. It gives no verdict, as the site gives none.

**The words of sources** stand in ` + "`words`" + ` as they were printed, a string for each segment of the passage; between two segments something is left out. They are never altered. Whoever shows them says who said them, to whom and when, as ` + "`who`" + ` and ` + "`when`" + ` do.

**What can be cited.** An edition of a fact never changes; its address and its hash stay. All else here is the state of the latest editions. The canonical bytes of an edition are at the address that is given as ` + "`data`" + `.

**Absent and empty.** A member that is not there is not known, or there is nothing to be said. A list is always there and may be empty. Numbers as claimed are strings of decimal digits, never floats. A day is ` + "`YYYY-MM-DD`" + `, a moment is in UTC. Members may be added to objects; please pass over what you do not know.

**Lists** come in parts of at most 100. Follow ` + "`next`" + `, or the header Link with rel=next, until there is none.

**Limits.** Answers may be kept for a minute and have an ETag; ask again with If-None-Match, which costs us nothing. Pages of other sites may ask too. There is no key for reading, and nobody is counted; the desk has limits of its own, see there.

**News text belongs to its publishers.** The API gives the passages that a comparison quotes, what is known of the article, and the way to it, and no more of its text.

**The desk.** What is under ` + "`/v1/desk`" + ` is for programs that work for an editor: they bring in articles and claims and publish, by the rules that hold for people. It needs a token in the header ` + "`Authorization: Bearer TOKEN`" + `, which is made at the desk; cookies count for nothing there, and other sites' pages are refused. Nouns have the keys of the corpus format; what is not known is left out. A change names the version that it was made from, the ETag of the last answer, in If-Match; what somebody else has changed meanwhile answers 412 with what is there now. Send Idempotency-Key with what is to be done once, and ask again with the same key when no answer came. A body has at most 1 MiB, with an article 5 MiB, a list in it at most 200 elements; a fault says where it is by a JSON pointer. A token may ask 3000 times and write 600 times in ten minutes, an account have 30 PDFs an hour read and 600 texts compared with those that are there; what is too much answers 429, what cannot be read at once for all that is being read 503, with Retry-After, and nothing was done.`

// licence is what the description says of the terms. OpenAPI wants a name.
const licence = "Passages belong to their publishers and speakers and are quoted; what the editors wrote may be quoted with a link to the edition"

// schemaPrefix stands before the name of a type in the description.
const schemaPrefix = "#/components/schemas/"

func (a *API) config() huma.Config {
	format := map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI:        "3.1.0",
			Info:           &huma.Info{Title: "Counterclaim: API", Version: version, Description: about, License: &huma.License{Name: licence}},
			Servers:        []*huma.Server{{URL: a.publicURL + "/api", Description: "This site"}},
			ExternalDocs:   &huma.ExternalDocs{Description: "This description as a page", URL: a.publicURL + "/about/api"},
			OnAddOperation: []huma.AddOpFunc{func(_ *huma.OpenAPI, op *huma.Operation) { a.operations = append(a.operations, op) }},
			Components:     &huma.Components{Schemas: huma.NewMapRegistry(schemaPrefix, huma.DefaultSchemaNamer)},
		},
		Formats:       format,
		DefaultFormat: "application/json",
	}
}

// reading makes an operation: its id, the tag under which it stands, its path below /api, a line and a paragraph on what
// it gives, and the statuses of its own that are no success.
func reading(id, tag, path, summary, description string, statuses ...int) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: http.MethodGet, Path: path, Tags: []string{tag}, Summary: summary, Description: description, Errors: statuses,
	}
}

// complete adds to an operation what all have.
func (a *API) complete(op huma.Operation) huma.Operation {
	op.Responses = map[string]*huma.Response{
		"200": {
			Description: "What was asked for.",
			Headers: map[string]*huma.Param{
				"Cache-Control": {Description: "How long the answer may be kept.", Schema: &huma.Schema{Type: huma.TypeString, Examples: []any{"public, max-age=60"}}},
				"ETag":          {Description: "The state of the answer, for If-None-Match.", Schema: &huma.Schema{Type: huma.TypeString, Examples: []any{`"5f1de8169c3b2a4d5e6f7081"`}}},
			},
		},
		"304": {Description: "The answer is the one that has the ETag of If-None-Match."},
	}
	if i := slices.Index(op.Errors, http.StatusMovedPermanently); i >= 0 {
		op.Errors = slices.Delete(slices.Clone(op.Errors), i, i+1)
		op.Responses["301"] = &huma.Response{
			Description: "It was asked for by a name of the past.",
			Headers:     map[string]*huma.Param{"Location": {Description: "Its address of today.", Schema: &huma.Schema{Type: huma.TypeString, Format: "uri-reference"}}},
			Content:     map[string]*huma.MediaType{"application/json": {Schema: schemaOf[Moved](a)}},
		}
	}
	op.Errors = append(op.Errors, http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusInternalServerError, http.StatusServiceUnavailable)
	return op
}
