package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/web/api"
)

var update = flag.Bool("update", false, "write the golden file of the description anew")

// described returns the API of a site without a database, and its router.
func described(t *testing.T) (*api.API, chi.Router) {
	t.Helper()
	r := chi.NewRouter()
	var a *api.API
	var err error
	r.Route("/api", func(r chi.Router) {
		a, err = api.Register(r, api.Options{
			PublicURL: "https://counterclaim.example",
			Keep:      func(next http.Handler) http.Handler { return next },
			Failed:    func(_ context.Context, err error) { t.Errorf("a fault of ours: %v", err) },
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return a, r
}

// TestGolden compares the description with the one that programs have been written for. A change of it is a promise
// changed: things are added, and hardly ever taken away.
func TestGolden(t *testing.T) {
	t.Parallel()
	golden := filepath.Join("testdata", "openapi.json")
	a, _ := described(t)
	if *update {
		if err := os.WriteFile(golden, a.Document(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Document(), want) {
		t.Errorf("the description has changed; run go test ./internal/web/api -update if that is meant\n%s", cmp.Diff(string(want), string(a.Document())))
	}
	again, _ := described(t)
	if !bytes.Equal(a.Document(), again.Document()) {
		t.Error("the description is another each time")
	}
}

// TestValid checks the description by the rules of OpenAPI 3.1, its examples included.
func TestValid(t *testing.T) {
	t.Parallel()
	a, _ := described(t)
	doc, err := openapi3.NewLoader().LoadFromData(a.Document())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaFormatValidation(), openapi3.EnableSchemaPatternValidation()); err != nil {
		t.Error(err)
	}
	if doc.OpenAPI != "3.1.0" || doc.Servers[0].URL != "https://counterclaim.example/api" {
		t.Errorf("version %s at %s", doc.OpenAPI, doc.Servers[0].URL)
	}
}

// TestSaid checks that everything in the description says what it is, and that no list can be null.
func TestSaid(t *testing.T) {
	t.Parallel()
	a, _ := described(t)
	doc, err := openapi3.NewLoader().LoadFromData(a.Document())
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.Summary == "" || op.Description == "" || op.OperationID == "" || len(op.Tags) != 1 {
				t.Errorf("%s %s lacks words", method, path)
			}
			for _, p := range op.Parameters {
				if p.Value.Description == "" {
					t.Errorf("%s %s: the parameter %s lacks words", method, path, p.Value.Name)
				}
			}
			statuses := []string{"200", "304", "400", "422", "500", "503"}
			if isDesk := strings.HasPrefix(path, "/v1/desk/"); isDesk {
				statuses = []string{"400", "401", "403", "422", "500", "503"}
				if op.RequestBody != nil {
					statuses = append(statuses, "413", "415")
				}
				if op.Responses.Status(map[string]int{"GET": 200, "PUT": 200, "POST": 201, "DELETE": 204}[method]) == nil {
					t.Errorf("%s %s does not tell of success", method, path)
				}
			} else if method != "GET" {
				t.Errorf("%s %s is not of the desk", method, path)
			}
			if needsToken := op.Security != nil; needsToken != strings.HasPrefix(path, "/v1/desk/") {
				t.Errorf("%s %s: whether it needs a token: %v", method, path, needsToken)
			}
			for _, status := range statuses {
				if op.Responses.Value(status) == nil {
					t.Errorf("%s %s does not tell of status %s", method, path, status)
				}
			}
		}
	}
	for name, schema := range doc.Components.Schemas {
		if schema.Value.Description == "" {
			t.Errorf("%s lacks words", name)
		}
		for property, s := range schema.Value.Properties {
			if description(t, s) == "" {
				t.Errorf("%s.%s lacks words", name, property)
			}
			if s.Value.Type.Includes("null") {
				t.Errorf("%s.%s can be null", name, property)
			}
			if simple := s.Ref == "" && !s.Value.Type.Is("array"); simple && len(s.Value.Examples) == 0 {
				t.Errorf("%s.%s has no example", name, property)
			}
		}
	}
}

// description is what is said of a property beside its type.
func description(t *testing.T, s *openapi3.SchemaRef) string {
	t.Helper()
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var said struct{ Description string }
	if err := json.Unmarshal(raw, &said); err != nil {
		t.Fatal(err)
	}
	return said.Description
}
