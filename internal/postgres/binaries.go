package postgres

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldest is the first major version that the program works with.
const oldest = 15

// programs are what a folder of binaries must have.
var programs = []string{"postgres", "initdb", "pg_ctl"}

// usualFolders are where systems put PostgreSQL without putting it into PATH.
var usualFolders = []string{
	"/usr/lib/postgresql/*/bin", // Debian, Ubuntu
	"/usr/pgsql-*/bin",          // Red Hat, the PostgreSQL project's packages
	"/usr/lib64/pgsql/bin", "/usr/lib64/pgsql/*/bin",
	"/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin",
	"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
}

// binaries are the programs of one PostgreSQL.
type binaries struct {
	folder  string
	version int // major
}

// program returns the path of one of them.
func (b binaries) program(name string) string { return filepath.Join(b.folder, name) }

// findBinaries returns the programs for a cluster: those in the folder explicit if that is set,
// else of those in the list of folders path or in a folder that matches one of the patterns the
// first in path, else the newest. An existing cluster was made by the major version want; 0 is for
// a new one. The error is [ErrNoBinaries] or [ErrVersion].
func findBinaries(explicit, path string, patterns []string, want int) (binaries, error) {
	var found []binaries
	if explicit != "" {
		b, err := binariesIn(explicit)
		if err != nil {
			return binaries{}, fmt.Errorf("%w in POSTGRES_BIN: %w", ErrNoBinaries, err)
		}
		found = append(found, b)
	} else {
		found = searchBinaries(path, patterns)
	}
	if len(found) == 0 {
		return binaries{}, fmt.Errorf("%w: install PostgreSQL %d or newer (on Debian or Ubuntu: "+
			"apt-get install postgresql), or set POSTGRES_BIN or DATABASE_URL", ErrNoBinaries, oldest)
	}
	for _, b := range found {
		if b.version == want || want == 0 && b.version >= oldest {
			return b, nil
		}
	}
	var have []string
	for _, b := range found {
		have = append(have, fmt.Sprintf("%d in %s", b.version, b.folder))
	}
	if want == 0 {
		return binaries{}, fmt.Errorf("%w: need PostgreSQL %d or newer, found %s",
			ErrVersion, oldest, strings.Join(have, ", "))
	}
	return binaries{}, fmt.Errorf("%w: the cluster was made by PostgreSQL %d, found %s; install "+
		"PostgreSQL %[2]d or set POSTGRES_BIN to its folder", ErrVersion, want, strings.Join(have, ", "))
}

// searchBinaries returns all binaries that there are, the preferred ones first.
func searchBinaries(path string, patterns []string) []binaries {
	var found []binaries
	for _, folder := range filepath.SplitList(path) {
		// A link in PATH leads to the folder that has them all.
		if real, err := filepath.EvalSymlinks(filepath.Join(folder, programs[0])); err == nil {
			folder = filepath.Dir(real)
		}
		if b, err := binariesIn(folder); err == nil {
			found = append(found, b)
		}
	}
	inPath := len(found)
	for _, pattern := range patterns {
		folders, _ := filepath.Glob(pattern) // fails only for a malformed pattern
		for _, folder := range folders {
			if b, err := binariesIn(folder); err == nil {
				found = append(found, b)
			}
		}
	}
	slices.SortStableFunc(found[inPath:], func(a, b binaries) int {
		return cmp.Compare(b.version, a.version)
	})
	return found
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// binariesIn returns the binaries in a folder, if all are there and run.
func binariesIn(folder string) (binaries, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return binaries{}, err
	}
	for _, name := range programs {
		if _, err := exec.LookPath(filepath.Join(folder, name)); err != nil {
			return binaries{}, err
		}
	}
	cmd := exec.Command(filepath.Join(folder, programs[0]), "--version")
	cmd.Env = environment()
	out, err := cmd.Output()
	if err != nil {
		return binaries{}, fmt.Errorf("%s --version: %w", cmd.Path, err)
	}
	m := versionLine.FindSubmatch(out)
	if m == nil {
		return binaries{}, fmt.Errorf("%s --version says %q", cmd.Path, out)
	}
	version, err := strconv.Atoi(string(m[1]))
	return binaries{folder, version}, err
}

// environment returns what the programs get to see of ours: nothing that would lead them to
// another cluster, and none of the program's secrets. Their messages are in English.
func environment() []string {
	env := []string{"LC_ALL=C"}
	for _, name := range []string{"PATH", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}
