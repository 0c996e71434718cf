package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
	"counterclaim/internal/web/ui"
)

// A bodySchema is what the sweep needs of the description of a body.
type bodySchema struct {
	Ref        string `json:"$ref"`
	Type       string
	Properties map[string]bodySchema
	Items      *bodySchema
	Required   []string
}

// A sweptBody is an operation that takes a body.
type sweptBody struct {
	method, path string
	schema       string // name of the schema
}

// A sweptKey is a part of a body that holds no other: how to put a value there, and where it then stands.
type sweptKey struct {
	pointer, kind string
	put           func(any) any // makes the body
}

// sweptBodies reads the operations that take a body from the description, and the schemas.
func sweptBodies(s *site) (list []sweptBody, schemas map[string]bodySchema) {
	s.t.Helper()
	_, body := s.fetch(ui.OpenAPIPath, http.StatusOK)
	var doc struct {
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct{ Schema bodySchema }
			}
		}
		Components struct{ Schemas map[string]bodySchema }
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		s.t.Fatal(err)
	}
	for path, item := range doc.Paths {
		for method, op := range item {
			if content, ok := op.RequestBody.Content["application/json"]; ok {
				list = append(list, sweptBody{strings.ToUpper(method), "/api" + path, schemaName(content.Schema.Ref)})
			}
		}
	}
	slices.SortFunc(list, func(a, b sweptBody) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return list, doc.Components.Schemas
}

func schemaName(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// keysOf are the parts of a schema that hold no others, one element standing for those of a list.
func keysOf(schemas map[string]bodySchema, of bodySchema, pointer string, put func(any) any) (list []sweptKey) {
	if of.Ref != "" {
		of = schemas[schemaName(of.Ref)]
	}
	switch {
	case len(of.Properties) > 0:
		for _, name := range slices.Sorted(maps.Keys(of.Properties)) {
			list = append(list, keysOf(schemas, of.Properties[name], pointer+"/"+name, func(v any) any { return put(object{name: v}) })...)
		}
	case of.Items != nil:
		list = keysOf(schemas, *of.Items, pointer+"/0", func(v any) any { return put(array{v}) })
	default:
		list = []sweptKey{{pointer, of.Type, put}}
	}
	return list
}

// sweptThings stand behind the operations that change something.
var sweptThings = map[string]string{
	"articles": "gazette-2031-03-15", "claims": "V8N-K4HM", "disputes": "aldmouth-strait", "events": "barrier", "facts": "bridge-open", "outlets": "harbour-gazette",
	"parties": "eastbank", "places": "long-bridge", "records": "toll-book", "sources": "carters", "terms": "barrier",
}

// TestDeskHostileSweep sends to every operation that takes a body what no body should be, and to every part of a body that the
// description knows what no part should hold. The answer is a problem that points there, and nothing has changed.
func TestDeskHostileSweep(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := newContract(s, t)
	p := c.program(s, store.RoleEditor)
	term := p.want(http.StatusCreated, "POST", deskAPI+"/terms", object{"slug": "barrier", "word": "barrier", "dispute": "aldmouth-strait", "plain": "a bar across the road"})
	if term.header.Get("Location") == "" {
		t.Fatal("the term is nowhere")
	}
	pool := storetest.Pool(t, s.db.URL)
	rows, err := pool.Query(t.Context(), `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT IN ('throttles', 'tokens', 'generation')`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	var sums []string
	for _, table := range tables {
		sums = append(sums, fmt.Sprintf(`SELECT '%[1]s ' || md5(coalesce(string_agg(x::text, '' ORDER BY x::text), '')) FROM %[1]s AS x`, pgx.Identifier{table}.Sanitize()))
	}
	state := func() []string {
		t.Helper()
		rows, err := pool.Query(t.Context(), strings.Join(sums, " UNION ALL ")+" ORDER BY 1")
		if err != nil {
			t.Fatal(err)
		}
		list, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	before := state()
	bodies, schemas := sweptBodies(s)
	if len(bodies) < 20 {
		t.Fatalf("%d operations take a body", len(bodies))
	}
	swept := map[string]bool{}
	for _, b := range bodies {
		t.Run(b.method+strings.ReplaceAll(b.path, "/", " "), func(t *testing.T) {
			h := deskSweep{t: t, caller: p, body: b}
			h.at = b.path
			for plural, key := range sweptThings {
				for _, blank := range []string{"{slug}", "{code}"} {
					h.at = strings.Replace(h.at, "/"+plural+"/"+blank, "/"+plural+"/"+key, 1)
				}
			}
			if _, err := pool.Exec(t.Context(), `DELETE FROM throttles`); err != nil {
				t.Fatal(err)
			}
			whole := bodySchema{Ref: b.schema}
			h.whole(schemas[b.schema])
			if keys := keysOf(schemas, whole, "", func(v any) any { return v }); !swept[b.schema] {
				swept[b.schema] = true // of two operations with the same body one is sent all
				h.parts(keys)
			}
		})
	}
	if after := state(); !slices.Equal(before, after) {
		for i := range before {
			if before[i] != after[i] {
				t.Errorf("the table has changed: %s", after[i])
			}
		}
	}
	if log := s.log.String(); strings.Contains(log, `"level":"ERROR"`) {
		t.Errorf("faults of ours:\n%.2000s", log[strings.Index(log, `"level":"ERROR"`):])
	}
}

// A deskSweep is what is tried on one operation.
type deskSweep struct {
	t *testing.T
	*caller
	body sweptBody
	at   string
}

// refused sends a body. The answer must be a problem of one of the statuses; pointers are what it must point to.
func (h deskSweep) refused(what string, body any, status int, pointers ...string) {
	h.t.Helper()
	got := h.ask(h.body.method, h.at, body, "If-Match", `"1"`)
	if got.status != status || got.header.Get("Content-Type") != "application/problem+json" {
		h.t.Errorf("%s: status %d, want %d: %.300s", what, got.status, status, got.body)
		return
	}
	faults := got.faults()
	for _, pointer := range pointers {
		if _, ok := faults[pointer]; !ok {
			h.t.Errorf("%s: nothing points to %s: %v", what, pointer, faults)
		}
	}
}

// whole sends what is no body of the operation.
func (h deskSweep) whole(of bodySchema) {
	h.t.Helper()
	first := slices.Sorted(maps.Keys(of.Properties))[0]
	for what, body := range map[string]string{"no end": "{", "markup": "<x>", "a letter": "x", "two": "{} {}", "half a string": `{"` + first, "no UTF-8": "{\"" + first + "\":\"\xff\"}"} {
		h.refused(what, body, http.StatusBadRequest)
	}
	for what, body := range map[string]string{"a list": "[]", "null": "null", "a number": "1e400", "a string": `"x"`} {
		h.refused(what, body, http.StatusUnprocessableEntity, "")
	}
	h.refused("a key twice", `{"`+first+`":"x","`+first+`":"x"}`, http.StatusBadRequest, "/"+first)
	h.refused("an unknown key", `{"no-such":{"a":[1]}}`, http.StatusUnprocessableEntity, "/no-such")
	deep := func(n int) string { return `{"no-such":` + strings.Repeat("[", n) + strings.Repeat("]", n) + "}" }
	h.refused("depth 9,000", deep(9000), http.StatusUnprocessableEntity, "/no-such")
	h.refused("depth 20,000", deep(20_000), http.StatusBadRequest)
	var required []string
	for _, name := range of.Required {
		required = append(required, "/"+name)
	}
	if told, ok := toldFirst[h.body.method+" "+h.body.path]; ok {
		required = told
	}
	h.refused("nothing", "{}", http.StatusUnprocessableEntity, required...)
	largest := 1 << 20
	if h.body.path == deskAPI+"/articles" {
		largest = 5 << 20
	}
	h.refused("too much", `{"`+first+`":"`+strings.Repeat("x", largest)+`"}`, http.StatusRequestEntityTooLarge)
}

// toldFirst is what the answer to an empty body points to where not all that is missing is told at once.
var toldFirst = map[string][]string{
	"POST /api/v1/desk/publish": {"/facts", "/kind", "/reason"}, // one is expected for each fact
}

// wrongTypes are values that a part of a type cannot have.
var wrongTypes = map[string]any{"string": object{"a": 1}, "integer": "x", "boolean": "yes", "": array{array{}}, "object": 3, "number": "x"}

// parts sends each part what it cannot hold.
func (h deskSweep) parts(keys []sweptKey) {
	h.t.Helper()
	for _, k := range keys {
		h.refused("a wrong type in "+k.pointer, k.put(wrongTypes[k.kind]), http.StatusUnprocessableEntity, k.pointer)
		h.refused("null in "+k.pointer, k.put(nil), http.StatusUnprocessableEntity, k.pointer)
		switch k.kind {
		case "string":
			raw, err := json.Marshal(k.put("MARK"))
			if err != nil {
				h.t.Fatal(err)
			}
			h.refused("NUL in "+k.pointer, strings.Replace(string(raw), "MARK", `a\u0000b`, 1), http.StatusUnprocessableEntity, k.pointer)
			h.refused("half a character in "+k.pointer, strings.Replace(string(raw), "MARK", `a\ud800b`, 1), http.StatusBadRequest, k.pointer)
		case "integer", "number":
			raw, err := json.Marshal(k.put("MARK"))
			if err != nil {
				h.t.Fatal(err)
			}
			for _, n := range []string{"99999999999999999999", "1e400", "0.5"} {
				h.refused(n+" in "+k.pointer, strings.Replace(string(raw), `"MARK"`, n, 1), http.StatusUnprocessableEntity, k.pointer)
			}
		}
	}
	if i := slices.IndexFunc(keys, func(k sweptKey) bool { return k.kind == "string" }); i >= 0 {
		h.refused("1 MB in "+keys[i].pointer, keys[i].put(strings.Repeat("x", 1<<20-100)), http.StatusUnprocessableEntity)
	}
}
