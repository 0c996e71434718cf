package corpus

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

// width is the column up to which text is written on one line.
const width = 110

// scalarText writes a text as the value of a key or item of a list, in the one form that the format has for it: plain
// where no reader of YAML could take it for something else, otherwise in single quotation marks; longer than a line,
// folded; with line breaks, literal or folded; and in double quotation marks what none of these gives back exactly. The
// head is what stands before it on its line, indent the column of the lines that follow. The result begins with a space
// and ends with a line feed.
func scalarText(head int, indent int, s string, prose bool) string {
	switch {
	case strings.ContainsFunc(s, invisible):
		return " " + strconv.Quote(s) + "\n"
	case strings.Contains(s, "\n"):
		if longestLine(s)+indent <= width && givesBack(literal(s, indent), s) {
			return literal(s, indent)
		}
		if givesBack(folded(s, indent), s) {
			return folded(s, indent)
		}
		return " " + strconv.Quote(s) + "\n"
	}
	line := s
	if !plain(s, prose) {
		line = "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	if head+1+utf8.RuneCountInString(line) > width && strings.Contains(s, " ") && givesBack(folded(s, indent), s) {
		return folded(s, indent)
	}
	return " " + line + "\n"
}

// invisible reports characters that a person editing the file could not see or would lose.
func invisible(r rune) bool {
	switch {
	case r == '\n':
		return false
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x2028, r == 0x2029, r == 0xFEFF:
		return true
	}
	return unicode.IsControl(r)
}

var (
	// Words that YAML 1.1 or 1.2 readers take for a truth value or nothing, in any case of letters.
	reserved = regexp.MustCompile(`(?i)^(y|n|yes|no|on|off|true|false|null|nil|nan|inf|infinity)$`)
	// What looks like a number, a date or a time of day in any of their notations. Texts that begin with a hyphen or a
	// full stop are quoted anyway.
	numeric = regexp.MustCompile(`^[+]?[.]?[0-9][-+.,:_0-9a-fA-FoOxX ]*$`)
	// A day, month or year, which the format writes plain where it expects a date.
	dateForm = regexp.MustCompile(`^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?(/[0-9]{4}-[0-9]{2}-[0-9]{2})?$`)
)

// plain reports whether a text of one line can be written without quotation marks.
func plain(s string, prose bool) bool {
	if s == "" || strings.Contains(s, ": ") || strings.Contains(s, " #") || strings.HasSuffix(s, ":") ||
		strings.ContainsRune("-?:,[]{}#&*!|>'\"%@`=<~.", rune(s[0])) || len(s) <= len("infinity") && reserved.MatchString(s) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	if unicode.IsSpace(first) || unicode.IsSpace(last) {
		return false
	}
	if first != '+' && !unicode.IsDigit(first) {
		return true
	}
	return !numeric.MatchString(s) || !prose && dateForm.MatchString(s)
}

func longestLine(s string) int {
	longest := 0
	for line := range strings.SplitSeq(s, "\n") {
		longest = max(longest, utf8.RuneCountInString(line))
	}
	return longest
}

// literal writes text with its own line breaks.
func literal(s string, indent int) string {
	var b strings.Builder
	b.WriteString(" |-\n")
	for line := range strings.SplitSeq(s, "\n") {
		writeLine(&b, indent, line)
	}
	return b.String()
}

// folded writes text wrapped at the width; a line break of its own is an empty line.
func folded(s string, indent int) string {
	var b strings.Builder
	b.WriteString(" >-\n")
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		if line == "" {
			continue
		}
		for _, part := range wrap(line, width-indent) {
			writeLine(&b, indent, part)
		}
	}
	return b.String()
}

func writeLine(b *strings.Builder, indent int, line string) {
	if line != "" {
		b.WriteString(strings.Repeat(" ", indent))
		b.WriteString(line)
	}
	b.WriteByte('\n')
}

// wrap breaks a line at single spaces between words, into parts of at most the given length where that is possible.
func wrap(line string, length int) []string {
	length = max(length, 40)
	var parts []string
	var part string
	for word := range strings.SplitSeq(line, " ") {
		switch {
		case part == "" && len(parts) == 0:
			part = word
		case utf8.RuneCountInString(part)+1+utf8.RuneCountInString(word) > length && foldable(part, word):
			parts, part = append(parts, part), word
		default:
			part += " " + word
		}
	}
	return append(parts, part)
}

// foldable reports whether a line may be broken between two words: not beside a second space.
func foldable(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(after)
	return before != "" && after != "" && !unicode.IsSpace(last) && !unicode.IsSpace(first)
}

// givesBack reports whether a scalar, as written, reads as the text that it was made from.
func givesBack(written, s string) bool {
	if strings.TrimSpace(s) != s {
		return false
	}
	tree, err := parseTree([]byte("k:" + written))
	if err != nil || len(tree.Docs) != 1 {
		return false
	}
	values, ok := entries(tree.Docs[0].Body)
	if !ok || len(values) != 1 {
		return false
	}
	l, ok := values[0].Value.(*ast.LiteralNode)
	return ok && l.Value.Value == s
}
