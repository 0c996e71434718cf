package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
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

// newAssets reads all files at the root of fsys but Go's.
func newAssets(fsys fs.FS) (assets, error) {
	a := assets{names: map[string]string{}, files: map[string]asset{}}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return assets{}, fmt.Errorf("static files: %w", err)
	}
	for _, e := range entries {
		ext := path.Ext(e.Name())
		if e.IsDir() || ext == ".go" {
			continue
		}
		body, err := fs.ReadFile(fsys, e.Name())
		if err != nil {
			return assets{}, fmt.Errorf("static files: %w", err)
		}
		sum := sha256.Sum256(body)
		hashed := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:4]) + ext
		a.names[e.Name()] = hashed
		a.files[hashed] = asset{body, mime.TypeByExtension(ext)}
	}
	return a, nil
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
