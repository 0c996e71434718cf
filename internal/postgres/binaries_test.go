package postgres

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fakeBinaries makes a folder of programs that know their version and nothing else.
func fakeBinaries(t *testing.T, folder, version string) string {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	script := fmt.Appendf(nil, "#!/bin/sh\necho 'postgres (PostgreSQL) %s (Test)'\n", version)
	for _, name := range programs {
		if err := os.WriteFile(filepath.Join(folder, name), script, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestFindBinaries(t *testing.T) {
	t.Parallel()
	root := newFolder(t)
	fake := func(name, version string) string {
		return fakeBinaries(t, filepath.Join(root, name, "bin"), version)
	}
	v9, v14, v15 := fake("usual/9", "9.6.24"), fake("usual/14", "14.2"), fake("usual/15", "15.18")
	v16, beta := fake("usual/16", "16.1"), fake("beta", "19beta1")
	usual := []string{filepath.Join(root, "usual/*/bin"), filepath.Join(root, "none/*")}

	empty := filepath.Join(root, "empty")
	linked := filepath.Join(root, "linked")
	for _, folder := range []string{empty, linked} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(v15, "postgres"), filepath.Join(linked, "postgres")); err != nil {
		t.Fatal(err)
	}
	partial := fake("partial", "17.0")
	if err := os.Remove(filepath.Join(partial, "initdb")); err != nil {
		t.Fatal(err)
	}

	for _, test := range []struct {
		name, explicit string
		path           []string
		patterns       []string
		want           int
		folder         string
		err            error
	}{
		{name: "newest of the usual folders", patterns: usual, folder: v16},
		{name: "PATH first", path: []string{empty, v15}, patterns: usual, folder: v15},
		{name: "a link in PATH", path: []string{linked}, folder: v15},
		{name: "too old in PATH", path: []string{v14}, patterns: usual, folder: v16},
		{name: "not all programs", path: []string{partial}, patterns: usual, folder: v16},
		{name: "explicit", explicit: v15, path: []string{v16}, patterns: usual, folder: v15},
		{name: "a version to come", explicit: beta, folder: beta},
		{name: "the cluster's version", path: []string{v16}, patterns: usual, want: 14, folder: v14},
		{name: "the cluster's old version", patterns: usual, want: 9, folder: v9},
		{name: "explicit and empty", explicit: empty, patterns: usual, err: ErrNoBinaries},
		{name: "explicit and missing", explicit: root + "/no", patterns: usual, err: ErrNoBinaries},
		{name: "explicit and too old", explicit: v14, patterns: usual, err: ErrVersion},
		{name: "explicit and of another", explicit: v16, patterns: usual, want: 15, err: ErrVersion},
		{name: "none at all", path: []string{empty}, err: ErrNoBinaries},
		{name: "none of the cluster's", patterns: usual, want: 13, err: ErrVersion},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := strings.Join(test.path, string(filepath.ListSeparator))
			got, err := findBinaries(test.explicit, path, test.patterns, test.want)
			if got.folder != test.folder || !errors.Is(err, test.err) {
				t.Errorf("folder %q, %v; want %q, %v", got.folder, err, test.folder, test.err)
			}
		})
	}
}

func TestBinariesThatDoNotAnswer(t *testing.T) {
	t.Parallel()
	folder := fakeBinaries(t, filepath.Join(newFolder(t), "bin"), "unknown")
	_, err := Start(t.Context(), Options{Dir: filepath.Join(newFolder(t), "data"), Bin: folder})
	if !errors.Is(err, ErrNoBinaries) || !strings.Contains(err.Error(), folder) {
		t.Errorf("Start = %v, want ErrNoBinaries with the folder", err)
	}
}

// The programs must not be led to another cluster, or see what is not theirs.
func TestEnvironment(t *testing.T) {
	t.Setenv("PGDATA", "/elsewhere")
	t.Setenv("DATABASE_URL", "postgres://secret")
	t.Setenv("LC_ALL", "ru_RU.UTF-8")
	env := environment()
	for _, variable := range env {
		name, _, _ := strings.Cut(variable, "=")
		if slices.Contains([]string{"PGDATA", "DATABASE_URL"}, name) {
			t.Errorf("the programs see %s", variable)
		}
	}
	if !slices.Contains(env, "LC_ALL=C") || !slices.Contains(env, "PATH="+os.Getenv("PATH")) {
		t.Errorf("environment %q", env)
	}
}
