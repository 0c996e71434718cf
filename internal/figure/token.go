package figure

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind int

const (
	wordToken   kind = iota
	numberToken      // digits that say an amount
	dashToken        // a hyphen or dash that may join
	symbolToken      // any other single character
	codeToken        // digits that say no amount: "G7", "9th", "1990s", "24.01.2023", "10:30"
)

// A token is a piece of a text between white space.
type token struct {
	kind   kind
	text   string // as printed
	low    string // in small letters, points of abbreviations and invisible characters left out
	start  int    // bytes
	end    int
	tight  bool   // follows the token before without white space
	value  Number // of a number
	tooBig bool   // a number with more digits than a Number may have
	// A number that is no amount by what stands around it: part of a date or a
	// name, or a minus before it.
	masked   bool
	negative bool
}

// capital reports whether the token begins with a capital letter.
func (t token) capital() bool {
	r, _ := utf8.DecodeRuneInString(t.text)
	return unicode.IsUpper(r)
}

// yearLike reports whether a number is printed as a year is: four digits, no comma.
func (t token) yearLike() bool {
	return t.kind == numberToken && len(t.text) == 4 && isDigits(t.text) &&
		t.text >= "1500" && t.text <= "2100"
}

var (
	numericDate  = regexp.MustCompile(`^\d{1,4}(?:/\d{1,2}/\d{1,4}|-\d{1,2}-\d{1,4})`)
	pointedCode  = regexp.MustCompile(`^\d+(?:\.\d+){2,}`)
	clockTime    = regexp.MustCompile(`^\d{1,2}:\d{2}(?::\d{2})?`)
	slashed      = regexp.MustCompile(`^(\d+)/(\d+)`)
	commaGroups  = regexp.MustCompile(`^\d{1,3}(?:,\d{3})+`)
	spacedGroups = regexp.MustCompile("^\\d{1,3}(?:[\u00a0\u2009\u202f]\\d{3})+")
	plainDigits  = regexp.MustCompile(`^\d*`)
	decimals     = regexp.MustCompile(`^\.\d+`)
	letterRun    = regexp.MustCompile(`^[\pL\d]+`)
	dotted       = regexp.MustCompile(`^\pL(?:\.\pL)+\.?`)
	possessive   = regexp.MustCompile(`^['’]s`)
)

// tokens splits a text. It takes any bytes.
func tokens(s string) []token {
	var out []token
	end := -1 // of the token before
	for pos := 0; pos < len(s); {
		r, size := utf8.DecodeRuneInString(s[pos:])
		if unicode.IsSpace(r) || isInvisible(r) {
			pos += size
			if isInvisible(r) && end == pos-size {
				end = pos // does not part what it stands between
			}
			continue
		}
		var t token
		switch {
		case r >= '0' && r <= '9', r == '.' && startsDecimal(s, pos):
			t = lexNumber(s[pos:])
		case unicode.IsLetter(r):
			t = lexWord(s[pos:])
		case vulgarFractions[r] != [2]int64{}:
			f := vulgarFractions[r]
			t = token{kind: numberToken, text: s[pos : pos+size]}
			t.value, _ = Whole(f[0]).over(Whole(f[1]))
		case isDash(r):
			t = token{kind: dashToken, text: s[pos : pos+size]}
		default:
			t = token{kind: symbolToken, text: s[pos : pos+size]}
		}
		if t.low == "" {
			t.low = plainLower(t.text)
		}
		t.start, t.end, t.tight = pos, pos+len(t.text), end == pos
		pos, end = t.end, t.end
		out = append(out, t)
	}
	return out
}

// startsDecimal reports whether the point at pos begins a number such as ".5".
func startsDecimal(s string, pos int) bool {
	if pos+1 >= len(s) || s[pos+1] < '0' || s[pos+1] > '9' {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:pos])
	return pos == 0 || unicode.IsSpace(before) || strings.ContainsRune("($€£~<>≥≤≈", before)
}

// near is how many bytes of a text the patterns look at: enough for any number. An
// unbounded look-ahead from every token would take the square of a text's length.
const near = 256

func clip(s string) string { return s[:min(len(s), near)] }

// lexNumber reads a token that begins with a digit, or with a point before one.
func lexNumber(s string) token {
	t := lexNear(clip(s))
	if t.kind == numberToken && len(t.text) > near/2 { // a run of digits that no number has
		end := len(t.text)
		for startsWithDigit(s[end:]) {
			end++
		}
		return token{kind: numberToken, text: s[:end], tooBig: true}
	}
	return t
}

// lexNear reads a number or a code from the near part of a text.
func lexNear(s string) token {
	for _, re := range []*regexp.Regexp{numericDate, pointedCode, clockTime} {
		if m := re.FindString(s); m != "" {
			return lexCode(s, len(m))
		}
	}
	if m := slashed.FindStringSubmatch(s); m != nil {
		return lexSlashed(s, m[0], m[1], m[2])
	}

	text := commaGroups.FindString(s)
	if text == "" || startsWithDigit(s[len(text):]) {
		text = spacedGroups.FindString(s)
	}
	if text == "" || startsWithDigit(s[len(text):]) {
		text = plainDigits.FindString(s)
	}
	text += decimals.FindString(s[len(text):])
	if strings.HasPrefix(text, "0") && len(text) > 1 && !strings.HasPrefix(text, "0.") {
		return lexCode(s, len(text)) // "007"
	}

	rest := s[len(text):]
	if run := letterRun.FindString(rest); run != "" && !tightAfterNumber[plainLower(run)] {
		return lexCode(s, len(text))
	}
	if possessive.MatchString(rest) {
		return lexCode(s, len(text)+len(possessive.FindString(rest)))
	}
	digits := strings.Map(func(r rune) rune {
		if r == '.' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
	if strings.HasPrefix(digits, ".") {
		digits = "0" + digits
	}
	value, err := ParseNumber(digits)
	if r, size := utf8.DecodeRuneInString(rest); vulgarFractions[r] != [2]int64{} && err == nil {
		f := vulgarFractions[r]
		part, _ := Whole(f[0]).over(Whole(f[1]))
		value, err = value.Add(part)
		text = s[:len(text)+size]
	}
	return token{kind: numberToken, text: text, value: value, tooBig: err != nil}
}

// lexSlashed reads "2/3" as a fraction; what is none is a day, a score or a ratio.
func lexSlashed(s, text, over, under string) token {
	n, errN := ParseNumber(over)
	d, errD := ParseNumber(under)
	if errN != nil || errD != nil || startsWithDigit(s[len(text):]) ||
		n.isZero() || n.Cmp(d) >= 0 || d.Cmp(Whole(10)) > 0 {
		return lexCode(s, len(text))
	}
	value, err := n.over(d)
	return token{kind: numberToken, text: text, value: value, tooBig: err != nil}
}

// lexCode takes the first n bytes and every letter and digit that follows.
func lexCode(s string, n int) token {
	return token{kind: codeToken, text: s[:n+len(letterRun.FindString(s[n:]))]}
}

// lexWord reads a token that begins with a letter.
func lexWord(s string) token {
	if m := dotted.FindString(clip(s)); m != "" {
		return token{kind: wordToken, text: m, low: strings.ReplaceAll(plainLower(m), ".", "")}
	}
	end := 0
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		after, _ := utf8.DecodeRuneInString(s[end+size:])
		inside := unicode.IsLetter(r) || unicode.IsMark(r) || isInvisible(r) || r == '²' || r == '³' ||
			(r == '\'' || r == '’') && unicode.IsLetter(after)
		if !inside {
			break
		}
		end += size
	}
	end -= len(s[:end]) - len(strings.TrimRightFunc(s[:end], isInvisible))
	if startsWithDigit(s[end:]) {
		run := letterRun.FindString(clip(s[end:]))
		if text := s[:end+len(run)]; !slices.Contains(surfaceUnits, plainLower(text)) {
			return token{kind: codeToken, text: text}
		}
		end += len(run)
	}
	t := token{kind: wordToken, text: s[:end], low: plainLower(s[:end])}
	if abbreviations[t.low] && strings.HasPrefix(s[end:], ".") {
		t.text = s[:end+1]
	}
	return t
}

func plainLower(s string) string {
	return strings.Map(func(r rune) rune {
		if isInvisible(r) {
			return -1
		}
		if r == '’' {
			return '\''
		}
		return unicode.ToLower(r)
	}, s)
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// isDash reports whether r joins words or ends of a range: hyphens, the figure
// and en dash, the minus sign. The em dash parts; it is no joint.
func isDash(r rune) bool {
	return r == '-' || r >= '\u2010' && r <= '\u2013' || r == '\u2212'
}

// isInvisible reports whether r takes no place: soft hyphen, zero-width space and
// joiners, word joiner, byte order mark.
func isInvisible(r rune) bool {
	return r == '\u00ad' || r >= '\u200b' && r <= '\u200d' || r == '\u2060' || r == '\ufeff'
}
