package corpus

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Mistake is one thing that is wrong in the files of a corpus.
type Mistake struct {
	File    string // below the root of the corpus, with slashes
	Line    int    // from 1; 0 if it is about the file as a whole
	Column  int    // from 1, in characters; 0 if it is about the line or file as a whole
	Message string // what is wrong and what was expected
}

// String returns the mistake as one line, "file:line: message".
func (m Mistake) String() string {
	if m.Line == 0 {
		return fmt.Sprintf("%s: %s", m.File, m.Message)
	}
	return fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.Message)
}

// Mistakes are all mistakes of a corpus, by file, line and column. They are the error of [Read] and [AssignCodes] for
// files that can be opened but are not right.
type Mistakes []Mistake

// Error returns the mistakes, one a line.
func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, mistake := range m {
		lines[i] = mistake.String()
	}
	return strings.Join(lines, "\n")
}

// sorted brings the mistakes into their order and drops those that come twice.
func (m Mistakes) sorted() Mistakes {
	slices.SortStableFunc(m, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(m)
}
