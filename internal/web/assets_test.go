package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
)

func TestAssets(t *testing.T) {
	t.Parallel()
	body := []byte("a { color: inherit }")
	a, err := newAssets(fstest.MapFS{"site.css": {Data: body}, "static.go": {Data: []byte("package static")}})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(body)
	got, err := a.url("site.css")
	if want := "/static/site." + hex.EncodeToString(sum[:4]) + ".css"; err != nil || got != want {
		t.Errorf("url = %q, %v, want %q", got, err, want)
	}
	for _, name := range []string{"static.go", "none.css", ""} {
		if got, err := a.url(name); err == nil {
			t.Errorf("url(%q) = %q, want an error", name, got)
		}
	}
}

// TestImportedAssets changes a script that another one imports, and wants both to have other names.
func TestImportedAssets(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"main.js":  {Data: []byte("import { a } from \"./part.js\";\nimport \"./other.js\";\nsay(`import \"./part.js\";`);\n")},
		"other.js": {Data: []byte("import { a } from \"./part.js\";\n")},
		"part.js":  {Data: []byte("export const a = 1;\n")},
	}
	before, err := newAssets(files)
	if err != nil {
		t.Fatal(err)
	}
	want := "import { a } from \"./" + before.names["part.js"] + "\";\nimport \"./" + before.names["other.js"] + "\";\nsay(`import \"./part.js\";`);\n"
	if got := string(before.files[before.names["main.js"]].body); got != want {
		t.Errorf("main.js = %s, want %s", got, want)
	}
	files["part.js"] = &fstest.MapFile{Data: []byte("export const a = 2;\n")}
	after, err := newAssets(files)
	if err != nil {
		t.Fatal(err)
	}
	for name := range files {
		if after.names[name] == before.names[name] {
			t.Errorf("%s is %s still, although part.js has changed", name, after.names[name])
		}
	}
}

func TestWrongImports(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		part, want string
	}{
		"circle":  {"import \"./main.js\";\n", "main.js, part.js, main.js"},
		"nothing": {"import { a } from \"./none.js\";\n", "none.js"},
	} {
		_, err := newAssets(fstest.MapFS{"main.js": {Data: []byte("import \"./part.js\";\n")}, "part.js": {Data: []byte(c.part)}})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error = %v, want one that names %s", name, err, c.want)
		}
	}
}

func TestServedAssets(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	doc := s.get("/", http.StatusOK)
	sheet := attr(doc, "link[rel=stylesheet]", "href")
	response, body := s.fetch(sheet, http.StatusOK)
	if got := response.Header.Get("Cache-Control"); got != immutable.control {
		t.Errorf("Cache-Control = %q, want %q", got, immutable.control)
	}
	if got := response.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/css") {
		t.Errorf("Content-Type = %q, want text/css", got)
	}
	if len(body) == 0 {
		t.Error("the style sheet is empty")
	}
	s.get("/static/site.css", http.StatusNotFound)
	s.get("/static/site.00000000.css", http.StatusNotFound)
	s.get("/static/", http.StatusNotFound)
	s.get("/static/..%2Fgo.mod", http.StatusNotFound)
}

func TestMissingAsset(t *testing.T) {
	t.Parallel()
	if _, err := New(Options{Static: fstest.MapFS{}}); err == nil {
		t.Error("a server without its style sheets was made")
	}
}
