package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
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

// showAsset serves a file by its hashed name, and nothing else.
func (s *Server) showAsset(w http.ResponseWriter, r *http.Request) error {
	file, ok := s.assets.files[r.PathValue("*")]
	if !ok {
		return errNoPage
	}
	w.Header().Set("Content-Type", file.mediaType)
	w.Header().Set("Cache-Control", immutable)
	_, _ = w.Write(file.body) // fails only if the visitor has gone
	return nil
}
