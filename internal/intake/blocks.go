package intake

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The bounds of a page: no article comes near them, and what reads pages is recursive.
const (
	maxDepth = 300
	maxNodes = 200_000
)

// parsePage parses a page and checks that it is neither too deep nor too large. The error is [ErrMalformed].
func parsePage(page string) (*html.Node, error) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil, fmt.Errorf("intake: %w: it is no web page that can be read", ErrMalformed)
	}
	depth, count := 0, 0
	var breaks []*html.Node
	for n := root; n != nil; {
		if n.DataAtom == atom.Br {
			breaks = append(breaks, n)
		}
		if count++; count > maxNodes || depth > maxDepth {
			return nil, fmt.Errorf("intake: %w: more than %d elements, or %d inside each other", ErrMalformed, maxNodes, maxDepth)
		}
		if n.FirstChild != nil {
			n, depth = n.FirstChild, depth+1
			continue
		}
		for n != nil && n.NextSibling == nil {
			n, depth = n.Parent, depth-1
		}
		if n != nil {
			n = n.NextSibling
		}
	}
	markBreaks(breaks)
	return root, nil
}

// paragraphBreak stands in the text of a parsed page where two or more line breaks part paragraphs, as pages without
// elements for paragraphs have it.
const paragraphBreak = "\u2029"

// markBreaks turns the line breaks of a page, in order, into text, which survives whatever an [extractor] does.
func markBreaks(breaks []*html.Node) {
	for _, n := range breaks {
		before := n.PrevSibling
		for before != nil && before.Type == html.TextNode && before.Data != "\n" && before.Data != paragraphBreak && strings.TrimSpace(before.Data) == "" {
			before = before.PrevSibling
		}
		text := "\n"
		if before != nil && before.Type == html.TextNode && (before.Data == "\n" || before.Data == paragraphBreak) {
			text = paragraphBreak
		}
		*n = html.Node{Type: html.TextNode, Data: text, Parent: n.Parent, PrevSibling: n.PrevSibling, NextSibling: n.NextSibling}
	}
}

// unshown are elements whose text is not part of what a page says.
var unshown = set(atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Head, atom.Title, atom.Iframe, atom.Object, atom.Svg,
	atom.Math, atom.Button, atom.Select, atom.Textarea, atom.Audio, atom.Video, atom.Canvas)

// paragraphs are elements that begin and end a paragraph.
var paragraphs = set(atom.P, atom.Div, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Pre, atom.Ul, atom.Ol,
	atom.Li, atom.Dl, atom.Dt, atom.Dd, atom.Table, atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr, atom.Caption, atom.Figure,
	atom.Figcaption, atom.Section, atom.Article, atom.Aside, atom.Header, atom.Footer, atom.Nav, atom.Main, atom.Address, atom.Hr,
	atom.Form, atom.Fieldset, atom.Details, atom.Summary, atom.Body, atom.Html, atom.Center, atom.Hgroup)

func set(atoms ...atom.Atom) map[atom.Atom]bool {
	m := make(map[atom.Atom]bool, len(atoms))
	for _, a := range atoms {
		m[a] = true
	}
	return m
}

// blocksOf returns the paragraphs of a page or a part of one, each in a line.
func blocksOf(n *html.Node) []string {
	var w blockWriter
	w.walk(n)
	w.end()
	return w.blocks
}

// A blockWriter collects text until a paragraph ends.
type blockWriter struct {
	blocks []string
	text   strings.Builder
}

func (w *blockWriter) end() {
	if text := strings.Join(strings.Fields(w.text.String()), " "); strings.TrimFunc(text, isBlank) != "" {
		w.blocks = append(w.blocks, text)
	}
	w.text.Reset()
}

func (w *blockWriter) walk(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		for i, part := range strings.Split(n.Data, paragraphBreak) {
			if i > 0 {
				w.end()
			}
			w.text.WriteString(part)
		}
		return
	case html.ElementNode, html.DocumentNode:
	default:
		return
	}
	switch {
	case unshown[n.DataAtom]:
		return
	case paragraphs[n.DataAtom]:
		w.end()
		defer w.end()
	case n.DataAtom == atom.Td, n.DataAtom == atom.Th:
		defer w.text.WriteByte(' ')
	case n.DataAtom == atom.Q: // whose quotation marks are drawn by the browser
		w.text.WriteString("“")
		defer w.text.WriteString("”")
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.walk(c)
	}
}
