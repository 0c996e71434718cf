package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
)

// assets are the files that the browser loads beside the pages, each under a name that holds its hash, so that it can be
// kept for a year and is never stale.
type assets struct {
	names map[string]string // of a file: its hashed name
	files map[string]asset  // by hashed name
}

type asset struct {
	body      []byte
	mediaType string
}

// imported finds what a script imports from beside it.
var imported = regexp.MustCompile(`(?m)^(import (?:[^"\n]* from )?"\./)([^"\n]+)(";)$`)

// newAssets reads all files at the root of fsys but Go's. What a script imports, by its own name, is served as an import of
// the hashed one, so that a script's hash is that of all it needs. The error says that scripts import each other in a circle
// or what is not there.
func newAssets(fsys fs.FS) (assets, error) {
	a := assets{names: map[string]string{}, files: map[string]asset{}}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return assets{}, fmt.Errorf("static files: %w", err)
	}
	for _, e := range entries {
		if e.IsDir() || path.Ext(e.Name()) == ".go" {
			continue
		}
		if _, err := a.add(fsys, e.Name(), nil); err != nil {
			return assets{}, fmt.Errorf("static files: %w", err)
		}
	}
	return a, nil
}

// add adds a file after those that it imports, and returns its hashed name. The importers are the scripts for which it is
// added, outermost first.
func (a assets) add(fsys fs.FS, name string, importers []string) (string, error) {
	if hashed, ok := a.names[name]; ok {
		return hashed, nil
	}
	if slices.Contains(importers, name) {
		return "", fmt.Errorf("imports in a circle: %s", strings.Join(append(importers, name), ", "))
	}
	body, err := fs.ReadFile(fsys, name)
	if err != nil {
		return "", err
	}
	ext := path.Ext(name)
	if ext == ".js" {
		for _, line := range imported.FindAllSubmatch(body, -1) {
			hashed, err := a.add(fsys, string(line[2]), append(importers, name))
			if err != nil {
				return "", err
			}
			body = bytes.Replace(body, line[0], slices.Concat(line[1], []byte(hashed), line[3]), 1)
		}
	}
	sum := sha256.Sum256(body)
	hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:4]) + ext
	a.names[name] = hashed
	a.files[hashed] = asset{body, mime.TypeByExtension(ext)}
	return hashed, nil
}

// url returns the address of a file. The error says that there is no such file.
func (a assets) url(name string) (string, error) {
	hashed, ok := a.names[name]
	if !ok {
		return "", fmt.Errorf("no static file %q", name)
	}
	return "/static/" + hashed, nil
}

// hash names the state of all files.
func (a assets) hash() string { return strings.Join(slices.Sorted(maps.Keys(a.files)), " ") }

// showAsset serves a file by its hashed name, and nothing else.
func (s *Server) showAsset(w http.ResponseWriter, r *http.Request) error {
	file, ok := s.assets.files[r.PathValue("*")]
	if !ok {
		return errNoPage
	}
	w.Header().Set("Cache-Control", immutable.control)
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin") // a card in a sandboxed frame is of no origin
	send(w, file.mediaType, file.body)
	return nil
}
