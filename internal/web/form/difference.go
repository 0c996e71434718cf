package form

import (
	"net/url"
	"sort"
	"strconv"
	"strings"
)

// A Difference is a field that two nouns, or two forms, do not have alike.
type Difference struct {
	Path          string // as in the corpus format
	Before, After string // "" for a field that one of them has not
}

// Differences returns the fields in which two sets of fields differ, in the order of their paths. Marks of lists and fields
// that are no noun's, which have no letter in front, are left out.
func Differences(before, after url.Values) []Difference {
	var list []Difference
	for _, path := range union(before, after) {
		was, now := text(before, path), text(after, path)
		if was != now && isPath(path) && !isMark(before, path) && !isMark(after, path) {
			list = append(list, Difference{path, was, now})
		}
	}
	return list
}

// text is a field as one text, lines for a list that was sent once for each element.
func text(fields url.Values, path string) string { return clean(strings.Join(fields[path], "\n\n")) }

// isPath reports whether a field is a noun's.
func isPath(name string) bool { return name != "" && name[0] >= 'a' && name[0] <= 'z' }

// isMark reports whether a field says only that a list was on the form.
func isMark(fields url.Values, path string) bool {
	return len(Rows(fields, path)) > 0 || fields.Get(path) == rowsMark || strings.HasSuffix(path, ".new")
}

// union returns the paths of both in order, numbers by their value.
func union(a, b url.Values) []string {
	seen := map[string]bool{}
	var paths []string
	for _, fields := range []url.Values{a, b} {
		for path := range fields {
			if !seen[path] {
				seen[path] = true
				paths = append(paths, path)
			}
		}
	}
	sort.Slice(paths, func(i, j int) bool { return lessPath(paths[i], paths[j]) })
	return paths
}

// lessPath orders paths by their parts, numbers of rows by value.
func lessPath(a, b string) bool {
	x, y := parts(a), parts(b)
	for i := range min(len(x), len(y)) {
		if x[i] == y[i] {
			continue
		}
		m, errX := strconv.Atoi(x[i])
		n, errY := strconv.Atoi(y[i])
		if errX == nil && errY == nil {
			return m < n
		}
		return x[i] < y[i]
	}
	return len(x) < len(y)
}

func parts(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
}
