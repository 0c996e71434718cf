package narrative

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// The longest texts, in Unicode code points.
const (
	MaxLine     = 300  // any text for which no other bound is stated
	MaxQuestion = 300  // a fact's or an aspect's question
	MaxLabel    = 200  // a position's or a period's label
	MaxNote     = 1000 // a note or a description
	MaxProse    = 2000 // any other editors' text with markup
	MaxBlock    = 4000 // the text of a passage's block
	MaxAddress  = 2000 // an address of the web
)

// maxLength gives the bounds by the key of the corpus format. Other markup is bounded by MaxProse, other text by MaxLine.
var maxLength = map[string]int{
	"question": MaxQuestion, "label": MaxLabel, "note": MaxNote, "description": MaxNote, "text": MaxBlock,
	"url": MaxAddress, "where": MaxAddress, "checked": MaxNote, "why": MaxLine,
}

// enumerations lists the values of each type that has a fixed set of them.
var enumerations = map[reflect.Type][]string{
	reflect.TypeFor[SourceKind]():     {string(Person), string(Body), string(Side), string(UnnamedGroup)},
	reflect.TypeFor[EventKind]():      values(Call, Meeting, Hearing, Statement, Happening),
	reflect.TypeFor[AccountState]():   values(Held, LookedFor, NotIssued, NotLookedFor),
	reflect.TypeFor[RecordKind]():     values(Document, Order, Count, Image, Recording, DataSet),
	reflect.TypeFor[FactKind]():       values(YesNo, State, NumberFact, Agreement, Sequence, Open),
	reflect.TypeFor[Liveliness]():     values(Developing, Dormant, Overtaken),
	reflect.TypeFor[PointKind]():      values(SaidByBoth, SaidByOne),
	reflect.TypeFor[RequestState]():   values(RequestOpen, RequestAnswered, RequestDeclined, RequestNone),
	reflect.TypeFor[Basis]():          values(Given, Inferred, Unknown),
	reflect.TypeFor[ArticleKind]():    values(Report, StatementText, Readout, DocumentText, Transcript, Post),
	reflect.TypeFor[HeadlineBy]():     values(ByArticle, ByDesk),
	reflect.TypeFor[Translation]():    values(TranslationStated, TranslationLikely),
	reflect.TypeFor[Rights]():         values(RightsExcerpt, RightsFull),
	reflect.TypeFor[Attribution]():    values(AttributionInferred, AttributionOrOutlet),
	reflect.TypeFor[Voice]():          values(DirectQuote, Paraphrase, OutletVoice),
	reflect.TypeFor[TextChangeKind](): values(TextRemoved, TextReworded),
	reflect.TypeFor[ClaimBasis]():     values(Witness, FromDocument, OwnCount, StatementOfOther),
	reflect.TypeFor[HopRole](): values(RoleSpokesperson, RolePressService, RoleReadout, RoleStatement, RoleTranslator,
		RoleOutlet),
	reflect.TypeFor[VerbClass](): values(VerbNeutral, VerbDistancing, VerbConcessive, VerbInsisting, VerbFactive,
		VerbDenying, VerbPerforming),
	reflect.TypeFor[Mode]():     values(Asserted, Denied, Presupposed, Demanded, Conditional, Concern, Withheld),
	reflect.TypeFor[Relation](): values(Answers, Contradicts, InTension, Corroborates, Restates, PartOf),
	reflect.TypeFor[Difference](): values(DiffersDirect, DiffersDate, DiffersScope, DiffersDefinition, DiffersWording,
		DiffersSilence),
}

func values[T ~string](list ...T) []string {
	strings := make([]string, len(list))
	for i, v := range list {
		strings[i] = string(v)
	}
	return strings
}

// Choices returns the values that a field of a type may have, if there is a fixed set of them; otherwise nil.
func Choices(t reflect.Type) []string { return slices.Clone(enumerations[t]) }

// form checks what the types and the tags of a noun's fields ask: a key without omitempty is there, a value of a fixed
// set is one of it, slugs, codes and dates are well formed, text is clean and not too long, markup resolves.
func (v *checker) form(noun any) { v.fields("", reflect.ValueOf(noun)) }

func (v *checker) fields(path string, s reflect.Value) {
	if path != "" {
		path += "."
	}
	for i := range s.NumField() {
		key, rest, _ := strings.Cut(s.Type().Field(i).Tag.Get("yaml"), ",")
		v.value(path+key, key, s.Field(i), rest == "")
	}
}

func (v *checker) value(path, key string, value reflect.Value, required bool) {
	if date, ok := value.Interface().(Date); ok {
		v.date(path, date, required)
		return
	}
	switch value.Kind() {
	case reflect.Slice:
		switch {
		case !required || value.Len() > 0 || key == "passages":
		case mayWait[key]:
			v.later(path, "missing; expected a list of at least one")
		default:
			v.add(path, "missing; expected a list of at least one")
		}
		for i := range value.Len() {
			v.value(fmt.Sprintf("%s[%d]", path, i), key, value.Index(i), true)
		}
	case reflect.Struct:
		if required && value.IsZero() {
			v.add(path, "missing")
			return
		}
		v.fields(path, value)
	case reflect.String:
		switch {
		case value.String() != "":
			v.text(path, key, value)
		case required && key == "code":
			v.add(path, "missing; every claim needs a code, import --assign-codes writes one into the file")
		case required && len(enumerations[value.Type()]) > 0:
			v.add(path, "missing; expected one of %s", strings.Join(enumerations[value.Type()], ", "))
		case required && mayWait[key]:
			v.later(path, "missing")
		case required:
			v.add(path, "missing")
		}
	}
}

// mayWait has the keys of what the desk may leave out until a noun is published: a fact's background, the positions of an
// aspect, the stances of a claim that nobody has sorted yet.
var mayWait = map[string]bool{"background": true, "positions": true, "stances": true}

// text checks a string that is not empty by its type, or as prose.
func (v *checker) text(path, key string, value reflect.Value) {
	s := value.String()
	if allowed, ok := enumerations[value.Type()]; ok {
		if !slices.Contains(allowed, s) {
			v.add(path, "%q is unknown; expected one of %s", s, strings.Join(allowed, ", "))
		}
		return
	}
	switch typed := value.Interface().(type) {
	case Slug:
		if !typed.Valid() {
			v.add(path, "%q is no slug; expected 2 to 80 lower-case letters, digits and single hyphens", s)
		}
	case Code:
		v.code(path, typed)
	case Day:
		if _, err := ParseDay(s); err != nil {
			v.add(path, "%q is no day; expected one such as 2023-01-24", s)
		}
	case Minute:
		if _, err := ParseMinute(s); err != nil {
			v.add(path, "%q is no minute with its zone; expected one such as 2023-01-24T15:04Z or 2023-01-24T15:04+04:00", s)
		}
	case Markup:
		if v.clean(path, s, key != "question" && key != "label" && key != "why") {
			v.markup(path, typed)
			v.length(path, s, boundOf(key, MaxProse, "text"))
		}
	default:
		if !v.clean(path, s, key == "note" || key == "description") {
			return
		}
		v.length(path, s, boundOf(key, MaxLine, ""))
		if key == "language" {
			if _, err := language.Parse(s); err != nil {
				v.add(path, "%q is no language; expected a tag such as en, hy or az-Cyrl (BCP 47)", s)
			}
		}
	}
}

// boundOf returns the bound for a key, or otherwise the one given, which holds for the key "except" too.
func boundOf(key string, otherwise int, except string) int {
	if bound, ok := maxLength[key]; ok && key != except {
		return bound
	}
	return otherwise
}

func (v *checker) length(path, s string, bound int) {
	if n := utf8.RuneCountInString(s); n > bound {
		v.add(path, "%d characters long; expected at most %d", n, bound)
	}
}

// clean checks that a text is well-formed UTF-8 in the normal form C (Unicode annex 15), holds no characters that
// cannot be seen and mislead, and neither begins nor ends with white space. Only text with paragraphs holds line breaks,
// two at a time.
func (v *checker) clean(path, s string, paragraphs bool) bool {
	switch bad := strings.IndexFunc(s, unwanted); {
	case !utf8.ValidString(s):
		v.add(path, "not valid UTF-8")
	case bad >= 0:
		r, _ := utf8.DecodeRuneInString(s[bad:])
		v.add(path, "holds the character %U, which cannot be seen; remove it", r)
	case !norm.NFC.IsNormalString(s):
		v.add(path, "not in Unicode normal form C; write %q", clip(norm.NFC.String(s)))
	case strings.TrimSpace(s) != s:
		v.add(path, "begins or ends with white space; remove it")
	case !paragraphs && strings.Contains(s, "\n"):
		v.add(path, "has a line break; expected a single line")
	case strings.Contains(strings.ReplaceAll(s, "\n\n", ""), "\n"):
		v.add(path, "has a single line break; expected paragraphs with exactly one empty line between them "+
			"(two in a folded text)")
	default:
		return true
	}
	return false
}

// unwanted reports control characters but for the line break, and those that reorder text, break lines or have no width
// (Unicode annex 9, section 2; the byte order mark).
func unwanted(r rune) bool {
	switch {
	case r == '\n':
		return false
	case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x2028, r == 0x2029, r == 0xFEFF:
		return true
	}
	return false
}

// code checks that a claim's code (not a reference to one) is well formed and its own.
func (v *checker) code(path string, c Code) {
	if !c.Valid() {
		v.add(path, "%q is no code; expected seven letters and digits such as 7K3-M9QX with a fitting last one", c)
		return
	}
	if !strings.HasSuffix(path, "].code") {
		return
	}
	if first, taken := v.codes[c]; taken {
		v.add(path, "the code %s is that of another claim already (article %s)", c, first)
		return
	}
	v.codes[c] = v.noun.Key
}

// markup checks that editors' text can be read and that its places and citations are known.
func (v *checker) markup(path string, m Markup) {
	paragraphs, err := m.Runs()
	if err != nil {
		v.add(path, "%v", err)
		return
	}
	for _, runs := range paragraphs {
		for _, run := range runs {
			ref(v, path, KindPlace, v.index.places, run.Place)
			v.citation(path, run.Cite)
		}
	}
}

func (v *checker) citation(path, cite string) {
	if cite == "" {
		return
	}
	_, claim := v.index.claims[Code(cite)]
	_, record := v.index.records[Slug(cite)]
	switch {
	case claim || record:
	case Code(cite).Valid():
		v.add(path, "%q is the code of no claim", cite)
	default:
		v.add(path, "%q is no record%s", cite, instead(cite, stringKeys(v.index.records)))
	}
}

// cites reports whether markup holds a citation.
func cites(m Markup) bool {
	paragraphs, _ := m.Runs()
	for _, runs := range paragraphs {
		if slices.ContainsFunc(runs, func(r Run) bool { return r.Cite != "" }) {
			return true
		}
	}
	return false
}

var timeOfDay = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$`)

// date checks a date: its form, and that its basis fits what is known.
func (v *checker) date(path string, d Date, required bool) {
	if d.IsZero() {
		if required {
			v.add(path, "missing; if nobody knows, expected the basis unknown and a reason")
		}
		return
	}
	if !d.On.valid() {
		v.add(path+".day", "not a date; expected one such as 2023-01-24, 2023-01, 2023 or 2023-01-10/2023-01-11")
		return
	}
	switch d.Basis {
	case Given, Inferred:
		if !d.Known() {
			v.add(path+".day", "missing; the basis %s needs a day", d.Basis)
		}
	case Unknown:
		if d.Known() {
			v.add(path+".day", "not expected with the basis unknown; expected the basis given or inferred")
		}
	case "":
		v.add(path+".basis", "missing; expected one of given, inferred, unknown")
	default:
		v.add(path+".basis", "%q is unknown; expected one of given, inferred, unknown", d.Basis)
	}
	if (d.Basis == Inferred || d.Basis == Unknown) && d.Reason == "" {
		v.add(path+".reason", "missing; the basis %s needs a reason", d.Basis)
	}
	if d.Reason != "" && v.clean(path+".reason", d.Reason, false) {
		v.length(path+".reason", d.Reason, MaxLine)
	}
	switch {
	case d.At == "":
	case !timeOfDay.MatchString(d.At):
		v.add(path+".at", "%q is no time of day with its zone; expected one such as 15:04Z, 15:04+04:00 or 15:04:05Z", d.At)
	case d.On.Precision != PrecisionDay:
		v.add(path+".at", "a time of day needs a day, not a longer stretch")
	}
}

// valid reports whether an interval is one that its own text form gives back.
func (i Interval) valid() bool {
	if i.IsZero() {
		return true
	}
	if len(i.Earliest) != len("2023-01-24") || len(i.Latest) != len("2023-01-24") {
		return false
	}
	parsed, err := ParseInterval(i.String())
	return err == nil && parsed == i
}

// ordered checks that a stretch does not end before it begins.
func (v *checker) ordered(path string, from, until Day) {
	if from != "" && until != "" && until < from {
		v.add(path, "%s is before the first day, %s", until, from)
	}
}
