package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	maxFileSize = 4 << 20 // bytes
	maxFiles    = 2000
	maxDepth    = 500  // of brackets and braces that are not closed; the format needs one
	maxIndent   = 200  // columns; the format needs about 20
	maxBlank    = 1000 // empty lines in a row
)

// parse reads the syntax of one file. A file without content gives nil. It reports everything that is wrong with the
// file as a whole; the contents are for a decoder.
func parse(file string, data []byte) (ast.Node, Mistakes) {
	if mistake, ok := unreadable(data); ok {
		mistake.File = file
		return nil, Mistakes{mistake}
	}
	tree, err := parseTree(data)
	if err != nil {
		mistake := Mistake{File: file, Message: "not YAML: " + err.Error()}
		if at, ok := errors.AsType[yaml.Error](err); ok {
			mistake.Message = "not YAML: " + at.GetMessage()
			if t := at.GetToken(); t != nil && t.Position != nil {
				mistake.Line, mistake.Column = t.Position.Line, t.Position.Column
			}
		}
		return nil, Mistakes{mistake}
	}
	switch len(tree.Docs) {
	case 0:
		return nil, nil
	case 1:
		return tree.Docs[0].Body, nil
	}
	second := tree.Docs[1]
	mistake := Mistake{File: file, Message: "a second YAML document; expected one a file"}
	if second.Start != nil && second.Start.Position != nil {
		mistake.Line, mistake.Column = second.Start.Position.Line, second.Start.Position.Column
	}
	return nil, Mistakes{mistake}
}

// unreadable looks at bytes before they are parsed, so that no file takes the parser more than it can bear.
func unreadable(data []byte) (Mistake, bool) {
	if len(data) > maxFileSize {
		return Mistake{Message: fmt.Sprintf("%d bytes; expected at most %d", len(data), maxFileSize)}, true
	}
	line, depth, blank := 0, 0, 0
	for text := range bytes.Lines(data) {
		line++
		blank++
		if len(bytes.TrimSpace(text)) > 0 {
			blank = 0
		}
		depth += bytes.Count(text, []byte("[")) + bytes.Count(text, []byte("{"))
		depth -= bytes.Count(text, []byte("]")) + bytes.Count(text, []byte("}"))
		switch {
		case !utf8.Valid(text):
			return Mistake{Line: line, Message: "not valid UTF-8"}, true
		case bytes.IndexByte(text, 0) >= 0:
			return Mistake{Line: line, Message: "holds a NUL character"}, true
		case len(text)-len(bytes.TrimLeft(text, " -?")) > maxIndent:
			return Mistake{Line: line, Message: fmt.Sprintf("indented by more than %d columns", maxIndent)}, true
		case depth > maxDepth:
			return Mistake{Line: line, Message: fmt.Sprintf("more than %d brackets or braces are open", maxDepth)}, true
		case blank > maxBlank:
			return Mistake{Line: line, Message: fmt.Sprintf("more than %d empty lines in a row", maxBlank)}, true
		}
	}
	return Mistake{}, false
}

// parseTree calls the parser, which panics on some malformed input.
func parseTree(data []byte) (tree *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("the syntax cannot be read")
		}
	}()
	return parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
}

// entries returns the entries of a mapping.
func entries(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch m := n.(type) {
	case *ast.MappingNode:
		return m.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{m}, true
	}
	return nil, false
}

// position returns where a node begins.
func position(n ast.Node) (line, column int) {
	var t *token.Token
	if values, ok := entries(n); ok && len(values) > 0 {
		t = values[0].Key.GetToken()
	} else if n != nil {
		t = n.GetToken()
	}
	if t == nil || t.Position == nil {
		return 0, 0
	}
	return t.Position.Line, t.Position.Column
}

// scalar returns what a scalar says, and whether it is text: numbers, truth values and nothing at all are not.
func scalar(n ast.Node) (value string, text, ok bool) {
	switch s := n.(type) {
	case *ast.StringNode:
		return s.Value, true, true
	case *ast.LiteralNode:
		return s.Value.Value, true, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, false, true
	}
	return "", false, false
}

// describe says what a node is, for a message.
func describe(n ast.Node) string {
	switch n.(type) {
	case nil, *ast.NullNode:
		return "nothing"
	case *ast.StringNode, *ast.LiteralNode:
		return "text"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "the number " + strings.TrimSpace(n.GetToken().Value)
	case *ast.BoolNode:
		return "the truth value " + strings.TrimSpace(n.GetToken().Value)
	case *ast.SequenceNode:
		return "a list"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "keys with values"
	case *ast.AnchorNode:
		return "an anchor (&), which the format does not have"
	case *ast.AliasNode:
		return "an alias (*), which the format does not have"
	case *ast.TagNode:
		return "a tag (!), which the format does not have"
	}
	return "something that the format does not have"
}
