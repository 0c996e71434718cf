// Package counterclaim_test checks what holds for the module as a whole.
package counterclaim_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "counterclaim/"

// mayImport is the architecture: which of the module's packages each of them may import. docs/design.md says what each
// is for. A package that is not here may not be.
var mayImport = map[string][]string{
	"cmd/server": {
		"articles", "internal/archive", "internal/checkpoint", "internal/corpus", "internal/edition", "internal/intake", "internal/narrative",
		"internal/passage", "internal/postgres", "internal/store", "internal/web", "internal/web/desk",
	},

	// What things are, without a database or pages.
	"internal/passage":   {},
	"internal/figure":    {},
	"internal/narrative": {"internal/passage", "internal/figure"},
	"internal/edition":   {"internal/narrative", "internal/passage", "internal/figure"},
	"internal/corpus":    {"internal/narrative", "internal/passage", "internal/figure"},
	"internal/archive":   {"internal/corpus", "internal/edition", "internal/narrative", "internal/passage"},
	"internal/intake":    {"internal/narrative", "internal/passage"},

	// The forms that others read, and nothing of ours but them.
	"internal/checkpoint": {},
	"internal/citation":   {},
	"internal/feed":       {},
	"internal/card":       {},

	// How somebody proves who he is.
	"internal/credential": {},

	// Where they are kept.
	"internal/store":    {"internal/narrative", "internal/edition", "internal/passage", "internal/figure", "internal/checkpoint", "internal/credential", "migrations"},
	"internal/postgres": {},

	// How they are shown.
	"internal/web": {
		"internal/store", "internal/edition", "internal/narrative", "internal/figure", "internal/card", "internal/checkpoint",
		"internal/citation", "internal/feed", "internal/web/api", "internal/web/ui", "static",
	},
	"internal/web/desk": {
		"internal/web", "internal/store", "internal/credential", "internal/edition", "internal/intake", "internal/narrative", "internal/passage", "internal/figure",
		"internal/web/form", "internal/web/ui",
	},
	"internal/web/form": {"internal/narrative"},
	"internal/web/api": {
		"internal/store", "internal/edition", "internal/intake", "internal/narrative", "internal/passage", "internal/figure", "internal/checkpoint",
		"internal/web/ui",
	},
	"internal/web/ui": {"internal/narrative", "internal/edition", "internal/figure"},

	// For tests only.
	"internal/narrative/narrativetest": {"internal/narrative"},
	"internal/store/storetest":         {"internal/store", "internal/postgres", "migrations"},
	"internal/web/browsertest":         {},

	// Files.
	"articles":   {},
	"migrations": {},
	"static":     {},
}

// users names the only packages that may import a dependency, or a package of the standard library that says something
// about a package's job.
var users = map[string][]string{
	"github.com/jackc/pgx/":                  {"internal/store", "internal/store/storetest"},
	"github.com/pressly/goose/":              {"internal/store"},
	"github.com/go-chi/chi/":                 {"internal/web", "internal/web/api", "internal/web/desk"},
	"github.com/danielgtaylor/huma/":         {"internal/web/api"},
	"github.com/a-h/templ":                   {"internal/web", "internal/web/desk", "internal/web/ui"},
	"github.com/klauspost/compress/":         {"internal/web"},
	"github.com/maypok86/otter/":             {"internal/web"},
	"github.com/alecthomas/kong":             {"cmd/server"},
	"github.com/goccy/go-yaml":               {"internal/corpus"},
	"github.com/gowebpki/jcs":                {"internal/edition"},
	"github.com/go-json-experiment/json":     {"internal/edition", "internal/web/api"},
	"github.com/cockroachdb/apd/":            {"internal/figure"},
	"github.com/gosimple/slug":               {"internal/web/form"},
	"github.com/rivo/uniseg":                 {"internal/passage", "internal/edition"},
	"github.com/sergi/go-diff/":              {"internal/edition"},
	"golang.org/x/mod/sumdb/":                {"internal/checkpoint", "internal/store"},
	"golang.org/x/image/":                    {"internal/card"},
	"github.com/go-text/typesetting/":        {"internal/card"},
	"codeberg.org/go-fonts/dejavu/":          {"internal/card"},
	"golang.org/x/text/unicode/bidi":         {"internal/card"},
	"golang.org/x/text/unicode/norm":         {"internal/passage", "internal/narrative", "internal/edition", "internal/intake", "internal/store", "internal/web/form", "internal/web/desk", "internal/credential"},
	"golang.org/x/text/language":             {"internal/narrative", "internal/edition", "internal/intake"},
	"golang.org/x/text/encoding":             {"internal/intake"},
	"golang.org/x/net/html":                  {"internal/intake"},
	"golang.org/x/net/idna":                  {"internal/intake"},
	"code.dny.dev/ssrf":                      {"internal/intake"},
	"codeberg.org/readeck/go-readability/":   {"internal/intake"},
	"github.com/yuin/goldmark":               {"internal/intake"},
	"github.com/mmcdole/gofeed":              {"internal/intake"},
	"github.com/asticode/go-astisub":         {"internal/intake"},
	"github.com/abadojack/whatlanggo":        {"internal/intake"},
	"github.com/klippa-app/go-pdfium":        {"internal/intake"},
	"github.com/tetratelabs/wazero":          {"internal/intake"},
	"golang.org/x/crypto/":                   {"internal/credential"},
	"github.com/pquerna/otp":                 {"internal/credential"},
	"github.com/boombuler/barcode/":          {"internal/credential"},
	"net/http":                               {"cmd/server", "internal/intake", "internal/web", "internal/web/api", "internal/web/desk"},
	"os/exec":                                {"internal/postgres", "internal/web/browsertest"},
	"testing":                                {"internal/store/storetest", "internal/web/browsertest"},
	"math/rand":                              {},
	"github.com/google/go-cmp/":              {},
	"github.com/PuerkitoBio/goquery":         {"internal/intake"},
	"github.com/chromedp/":                   {"internal/web/browsertest"},
	"github.com/getkin/kin-openapi/":         {},
	"github.com/santhosh-tekuri/jsonschema/": {},
	"pgregory.net/rapid":                     {},
}

// TestImports compares the table with the source, tests left out: they may import what they like.
func TestImports(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		name := strings.TrimPrefix(words[0], module)
		if words[0] == strings.TrimSuffix(module, "/") {
			continue // this package, tests only
		}
		listed[name] = true
		allowed, known := mayImport[name]
		if !known {
			t.Errorf("%s is not in the table of what may import what", name)
		}
		for _, imported := range words[1:] {
			if ours, ok := strings.CutPrefix(imported, module); ok {
				if !slices.Contains(allowed, ours) {
					t.Errorf("%s imports %s", name, ours)
				}
				continue
			}
			checkUser(t, name, imported)
		}
	}
	for name := range mayImport {
		if !listed[name] {
			t.Errorf("%s is in the table, but there is no such package", name)
		}
	}
}

// checkUser checks that a package may import a dependency. Every dependency has its users.
func checkUser(t *testing.T, name, imported string) {
	t.Helper()
	for dependency, allowed := range users {
		if imported == dependency || strings.HasPrefix(imported, strings.TrimSuffix(dependency, "/")+"/") {
			if !slices.Contains(allowed, name) {
				t.Errorf("%s imports %s", name, imported)
			}
			return
		}
	}
	if strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") {
		t.Errorf("%s imports %s, which the table of dependencies does not name", name, imported)
	}
}
