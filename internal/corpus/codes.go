package corpus

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"counterclaim/internal/narrative"
)

// AssignCodes writes a new code into each claim of the articles below dir that has none, as the first key of the claim,
// and changes nothing else in the files. It returns how many it wrote. A new code is none that stands in the files
// already.
//
// The error is [Mistakes] if a file is not YAML; then no file is changed. Whether the rest is right is for [Read] to say.
// Each file is replaced whole, so that none is left half written.
func AssignCodes(dir string) (int, error) {
	files, err := load(os.DirFS(dir))
	if err != nil {
		return 0, err
	}
	used := map[string]bool{}
	var mistakes Mistakes
	missing := make([][]insertion, len(files))
	for i, f := range files {
		if strings.Contains(f.name, "/") {
			continue
		}
		root, wrong := parse(f.name, f.data)
		mistakes = append(mistakes, wrong...)
		missing[i] = codeless(root, used)
	}
	if len(mistakes) > 0 {
		return 0, mistakes.sorted()
	}
	assigned := 0
	for i, f := range files {
		if len(missing[i]) == 0 {
			continue
		}
		data, err := insertCodes(f, missing[i], used)
		if err != nil {
			return assigned, err
		}
		if err := replace(filepath.Join(dir, filepath.FromSlash(f.name)), data); err != nil {
			return assigned, fmt.Errorf("corpus.AssignCodes: %w", err)
		}
		assigned += len(missing[i])
	}
	return assigned, nil
}

// An insertion is where a code goes.
type insertion struct {
	line, column int    // of the claim's first key, or of its key code
	key          string // the text that stands there
	flow         bool   // the claim is written in braces
}

// codeless finds the claims of an article that have no code, and adds the codes of the others to used.
func codeless(root ast.Node, used map[string]bool) []insertion {
	var found []insertion
	for _, block := range items(child(root, "passages")) {
		for _, claim := range items(child(block, "claims")) {
			values, ok := entries(claim)
			if !ok || len(values) == 0 {
				continue
			}
			if code := child(claim, "code"); code != nil {
				if _, empty := code.(*ast.NullNode); !empty {
					value, _, _ := scalar(code)
					used[value] = true
					continue
				}
			}
			m, braces := claim.(*ast.MappingNode)
			in := insertion{flow: braces && m.IsFlowStyle}
			first := values[0].Key
			for _, v := range values {
				if name, _, _ := scalar(v.Key); name == "code" {
					first = v.Key
				}
			}
			in.line, in.column = position(first)
			in.key = first.GetToken().Value
			found = append(found, in)
		}
	}
	return found
}

// child returns the value of a key, nil if there is none.
func child(n ast.Node, name string) ast.Node {
	values, _ := entries(n)
	for _, v := range values {
		if key, _, _ := scalar(v.Key); key == name {
			return v.Value
		}
	}
	return nil
}

func items(n ast.Node) []ast.Node {
	if s, ok := n.(*ast.SequenceNode); ok {
		return s.Values
	}
	return nil
}

// insertCodes writes a new code at each place, the last place first so that those before it stay where they are.
func insertCodes(f file, places []insertion, used map[string]bool) ([]byte, error) {
	lines := strings.SplitAfter(string(f.data), "\n")
	slices.SortFunc(places, func(a, b insertion) int {
		return cmp.Or(cmp.Compare(b.line, a.line), cmp.Compare(b.column, a.column))
	})
	for _, p := range places {
		line := []rune(lines[p.line-1])
		before, after := string(line[:p.column-1]), string(line[p.column-1:])
		if !strings.HasPrefix(after, p.key) {
			return nil, Mistakes{{f.name, p.line, p.column,
				"found no place for a code; expected the claim's first key at the beginning of a line or after a hyphen"}}
		}
		code := scalarText(0, 0, string(newCode(used)), false)
		code = "code:" + strings.TrimSuffix(code, "\n")
		ending := "\n"
		if strings.HasSuffix(after, "\r\n") {
			ending = "\r\n"
		}
		switch {
		case p.key == "code":
			rest := strings.TrimLeft(strings.TrimPrefix(after, "code"), " ")
			lines[p.line-1] = before + code + strings.TrimPrefix(rest, ":")
		case p.flow:
			lines[p.line-1] = before + code + ", " + after
		default:
			lines[p.line-1] = before + code + ending + strings.Repeat(" ", p.column-1) + after
		}
	}
	return []byte(strings.Join(lines, "")), nil
}

func newCode(used map[string]bool) narrative.Code {
	for {
		if code := narrative.NewCode(); !used[string(code)] {
			used[string(code)] = true
			return code
		}
	}
}

// replace puts a new file in the place of an old one, with its permissions.
func replace(name string, data []byte) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(name), ".*"+extension)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }() // gone already after the rename
	if _, err := temporary.Write(data); err != nil {
		_ = temporary.Close()
		return err
	}
	if err := temporary.Chmod(info.Mode().Perm()); err != nil {
		_ = temporary.Close()
		return err
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), name)
}
