package edition

import (
	"regexp"
	"strings"
)

// PlainText writes sentences as one paragraph without markup, ended by a line break.
func PlainText(sentences []Sentence) string {
	var parts []string
	for _, s := range sentences {
		parts = append(parts, filled(oneLine(s.Text.String()), s.Address)...)
	}
	return strings.Join(parts, " ") + "\n"
}

// Markdown writes sentences as one paragraph of Markdown (CommonMark, and what GitHub adds to it), ended by a line break.
// Nothing in the texts is markup, nor becomes a link; addresses do.
func Markdown(sentences []Sentence) string {
	var parts []string
	for _, s := range sentences {
		address := ""
		if s.Address != "" {
			address = "<" + s.Address + ">"
		}
		text := escapeMarkdown(oneLine(s.Text.String()))
		if len(parts) == 0 {
			text = escapeStart(text)
		}
		parts = append(parts, filled(text, address)...)
	}
	return strings.Join(parts, " ") + "\n"
}

// filled gives the texts that are not empty.
func filled(texts ...string) []string {
	var kept []string
	for _, t := range texts {
		if t != "" {
			kept = append(kept, t)
		}
	}
	return kept
}

// oneLine makes one line of a text.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// escapeMarkdown puts a backslash before what Markdown gives a meaning inside a paragraph, and takes apart what GitHub's
// makes a link of without marks: addresses with a scheme or "www." and mail addresses.
func escapeMarkdown(s string) string {
	return webAddress.ReplaceAllString(markdownEscapes.Replace(s), `$1\.`)
}

var webAddress = regexp.MustCompile(`(?i)(www)\.`)

var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `<`, `\<`, `>`, `\>`, `&`, `\&`, `~`, `\~`, `|`, `\|`, `$`, `\$`, `@`, `\@`,
	`://`, `\://`,
)

// escapeStart puts a backslash before what would make a heading, a list or a rule of the paragraph.
func escapeStart(s string) string {
	if s == "" {
		return s
	}
	if strings.IndexByte("#+-=:", s[0]) >= 0 {
		return `\` + s
	}
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if digits > 0 && digits < len(s) && (s[digits] == '.' || s[digits] == ')') {
		return s[:digits] + `\` + s[digits:]
	}
	return s
}
