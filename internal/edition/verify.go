package edition

import (
	"fmt"
	"iter"
	"strconv"

	"github.com/gowebpki/jcs"
)

// An Entry is one entry of the log as it is kept: the record's bytes and, for an edition, the body's, which may be a
// redacted one. An erasure has no body.
type Entry struct {
	Record []byte
	Body   []byte
}

// A Report says what [Verify] found in order.
type Report struct {
	Entries  int64 // of the log
	Editions int
	Erased   int
	Facts    int
	Head     Hash           // of the last record, the zero hash for an empty log
	Newsroom NewsroomReport // of the editions that stand in no log; nothing where only a log was verified
}

// inNoLog is the log index of a fault of an edition for the newsroom.
const inNoLog = -1

// A Fault is the first thing that is not as it was published or, for the newsroom, made.
type Fault struct {
	LogIndex int64  // -1 for an edition for the newsroom, which stands in no log
	Fact     string // "" if the record cannot be read
	Number   int
	Problem  string
}

// Error names the edition and says what is wrong.
func (f *Fault) Error() string {
	if f.LogIndex == inNoLog {
		return fmt.Sprintf("newsroom edition %d of %s: %s", f.Number, f.Fact, f.Problem)
	}
	if f.Fact == "" {
		return fmt.Sprintf("log index %d: %s", f.LogIndex, f.Problem)
	}
	return fmt.Sprintf("edition %d of %s (log index %d): %s", f.Number, f.Fact, f.LogIndex, f.Problem)
}

// Verify goes through a log in its order and recomputes everything: that each record is in canonical form, that the
// indices have no gaps and each record names the hash of the one before, that each fact's editions are numbered from 1
// without gaps, each later than the one before, that each body and content has the hash that its record says and the
// body says the same of itself as the record, and that a body is erased if and only if a later record says so.
//
// The error is a [*Fault] for the first that is not right; the report then tells what came before it. Any other error is
// one of entries.
func Verify(entries iter.Seq2[Entry, error]) (Report, error) {
	v := verifier{facts: map[string]LogRecord{}, editions: map[int64]kept{}}
	for entry, err := range entries {
		if err != nil {
			return v.report(), err
		}
		if fault := v.entry(entry); fault != nil {
			return v.report(), fault
		}
	}
	if fault := v.redacted(); fault != nil {
		return v.report(), fault
	}
	return v.report(), nil
}

// A verifier is a log while it is verified.
type verifier struct {
	next     int64
	prev     Hash
	facts    map[string]LogRecord // the latest edition of each
	editions map[int64]kept       // by log index
	erased   int
	count    int
}

// kept is what the verifier keeps of an edition.
type kept struct {
	fact     string
	number   int
	redacted Hash   // of a redacted body, else zero
	erasure  string // the hash of what is left, by the last record of its erasures
}

func (v *verifier) report() Report {
	return Report{Entries: v.next, Editions: v.count, Erased: v.erased, Facts: len(v.facts), Head: v.prev}
}

// entry verifies the next entry; nil is no fault.
func (v *verifier) entry(e Entry) *Fault {
	r, err := ReadRecord(e.Record)
	if err != nil {
		return &Fault{v.next, r.Fact, r.Number, "the record cannot be read: " + err.Error()}
	}
	fault := func(format string, args ...any) *Fault {
		return &Fault{v.next, r.Fact, r.Number, fmt.Sprintf(format, args...)}
	}
	if want := strconv.FormatInt(v.next, 10); r.LogIndex != want {
		return fault("the record says log index %s", r.LogIndex)
	}
	if r.Prev != v.prev.String() {
		return fault("the record says that the one before has the hash %s, which is %s: this record or the one before was altered", r.Prev, v.prev)
	}
	if r.Type == EditionRecord {
		if problem := v.edition(r, e.Body); problem != "" {
			return fault("%s", problem)
		}
	} else if at, problem := v.erasure(r, e.Body); problem != "" {
		return &Fault{at, r.Fact, r.Number, problem}
	}
	v.next++
	v.prev = RecordHash(e.Record)
	return nil
}

// edition verifies an edition's record and body, and says what is wrong, if anything.
func (v *verifier) edition(r LogRecord, body []byte) string {
	before := v.facts[r.Fact]
	if r.Number != before.Number+1 {
		return fmt.Sprintf("the edition before it is %d", before.Number)
	}
	if r.At <= before.At {
		return fmt.Sprintf("published at %s, not after the edition before it at %s", r.At, before.At)
	}
	k := kept{fact: r.Fact, number: r.Number}
	if problem := unaltered(r, body); problem != "" {
		left, _, err := readRedacted(body)
		if err != nil {
			return problem
		}
		if left != nil && !left.isOf(r) {
			return "what is left of the body is of another edition: " + left.said(r)
		}
		k.redacted = HashOf(body)
	}
	v.facts[r.Fact], v.editions[v.next] = r, k
	v.count++
	return ""
}

// unaltered compares a body with its record.
func unaltered(r LogRecord, body []byte) string {
	if hash := HashOf(body).String(); hash != r.BodySHA256 {
		return fmt.Sprintf("the body's hash is %s, its record says %s", hash, r.BodySHA256)
	}
	b, err := Read(body)
	switch {
	case err != nil:
		return "the body cannot be read: " + err.Error()
	case b.Salt == "":
		return "the body is what an erasure has left"
	}
	if canonical, err := jcs.Transform(body); err != nil || string(canonical) != string(body) {
		return "the body is not in canonical form"
	}
	if !b.isOf(r) {
		return b.said(r)
	}
	return ""
}

// isOf reports whether a body says of itself what its record says.
func (b Body) isOf(r LogRecord) bool {
	return b.Fact == r.Fact && b.Number == r.Number && b.PublishedAt == r.At && b.Audience == r.Audience
}

// said sets what a body says of itself beside what its record says.
func (b Body) said(r LogRecord) string {
	if b.Audience != r.Audience {
		return fmt.Sprintf("the body says that it is for %q, its record for %q", b.Audience, r.Audience)
	}
	return fmt.Sprintf("the body says edition %d of %s at %s, its record edition %d of %s at %s",
		b.Number, b.Fact, b.PublishedAt, r.Number, r.Fact, r.At)
}

// erasure verifies the record of an erasure. It says what is wrong, if anything, and at which index. What is left of the
// body is compared with the last record of its erasures when all are known.
func (v *verifier) erasure(r LogRecord, body []byte) (at int64, problem string) {
	if len(body) > 0 {
		return v.next, "an erasure has no body"
	}
	if r.Type == TextErasureRecord {
		return 0, ""
	}
	target, _ := strconv.ParseInt(r.Target, 10, 64)
	k, ok := v.editions[target]
	switch {
	case !ok:
		return v.next, fmt.Sprintf("log index %s is no edition", r.Target)
	case k.fact != r.Fact || k.number != r.Number:
		return v.next, fmt.Sprintf("it erases log index %s, which is edition %d of %s", r.Target, k.number, k.fact)
	case k.redacted == Hash{}:
		return target, fmt.Sprintf("the record at log index %s says that it was erased, but its body is there", r.LogIndex)
	}
	k.erasure = r.BodySHA256
	v.editions[target] = k
	return 0, ""
}

// redacted compares what is left of erased bodies with the records of their erasures.
func (v *verifier) redacted() *Fault {
	for i := range v.next {
		k, ok := v.editions[i]
		switch {
		case !ok || k.redacted == Hash{}:
		case k.erasure == "":
			return &Fault{i, k.fact, k.number, "the body is erased, but no record says that it was erased"}
		case k.erasure != k.redacted.String():
			return &Fault{i, k.fact, k.number,
				fmt.Sprintf("the redacted body's hash is %s, the record of its erasure says %s", k.redacted, k.erasure)}
		default:
			v.erased++
		}
	}
	return nil
}
