package edition

import (
	"bytes"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func entriesOf(entries ...Entry) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// A testLog is a log under construction.
type testLog struct {
	t       testing.TB
	entries []Entry
	records []LogRecord
	prev    Hash
}

func (l *testLog) add(r LogRecord, body []byte) {
	l.t.Helper()
	record, err := r.Bytes()
	if err != nil {
		l.t.Fatal(err)
	}
	l.prev = RecordHash(record)
	if hash, err := r.Hash(); err != nil || hash != l.prev {
		l.t.Fatalf("the record's hash is %s or %s (%v)", hash, l.prev, err)
	}
	l.entries, l.records = append(l.entries, Entry{record, body}), append(l.records, r)
}

func (l *testLog) publish(fact string, number int) {
	l.t.Helper()
	body, err := Seal(Content{Key: fact, Slug: fact, Title: "What of it?"}, number, noon.AddDate(0, 0, number), First, "a reason", salt)
	if err != nil {
		l.t.Fatal(err)
	}
	r, err := NewRecord(body, int64(len(l.entries)), l.prev)
	if err != nil {
		l.t.Fatal(err)
	}
	l.add(r, body)
}

func (l *testLog) erase(index int) {
	l.t.Helper()
	redacted, err := Redacted(Redaction{"2031-07-01T00:00:00Z", "a court's order"})
	if err != nil {
		l.t.Fatal(err)
	}
	r, err := NewErasure(l.records[index], redacted, int64(len(l.entries)), l.prev)
	if err != nil {
		l.t.Fatal(err)
	}
	l.entries[index].Body = redacted
	l.add(r, nil)
}

// sampleLog is a log of two facts, one of whose editions was erased.
func sampleLog(t testing.TB) *testLog {
	l := &testLog{t: t}
	l.publish("ferry-line", 1)
	l.publish("other-fact", 1)
	l.publish("ferry-line", 2)
	l.erase(1)
	l.publish("ferry-line", 3)
	return l
}

func TestVerify(t *testing.T) {
	t.Parallel()
	l := sampleLog(t)
	report, err := Verify(entriesOf(l.entries...))
	if want := (Report{Entries: 5, Editions: 4, Erased: 1, Facts: 2, Head: l.prev}); err != nil || report != want {
		t.Errorf("report %+v, %v, want %+v", report, err, want)
	}
	if report, err := Verify(entriesOf()); err != nil || report != (Report{}) {
		t.Errorf("an empty log: %+v, %v", report, err)
	}
	broken := errors.New("the connection is gone")
	if _, err := Verify(func(yield func(Entry, error) bool) { yield(Entry{}, broken) }); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the entries", err)
	}
}

// rewrite changes a record and makes it canonical again, as one would who wants to hide the change.
func (l *testLog) rewrite(i int, change func(r *LogRecord)) {
	r := l.records[i]
	change(&r)
	record, err := r.Bytes()
	if err != nil {
		l.t.Fatal(err)
	}
	l.entries[i].Record = record
}

func TestVerifyNamesTheFirstBadOne(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		spoil func(l *testLog)
		at    int64
		want  string
	}{
		{"a body", func(l *testLog) {
			l.entries[2].Body = bytes.Replace(l.entries[2].Body, []byte("What of it?"), []byte("What of us?"), 1)
		}, 2, "edition 2 of ferry-line (log index 2): the body's hash is "},
		{"a body with the hash in its record", func(l *testLog) {
			body := bytes.Replace(l.entries[2].Body, []byte("What of it?"), []byte("What of us?"), 1)
			l.entries[2].Body = body
			l.rewrite(2, func(r *LogRecord) {
				*r, _ = NewRecord(body, 2, Hash{})
				r.Prev = l.records[2].Prev
			})
		}, 3, "this record or the one before was altered"},
		{"a body in another order of its fields", func(l *testLog) {
			body := append([]byte(" "), l.entries[4].Body...)
			l.entries[4].Body = body
			l.rewrite(4, func(r *LogRecord) { r.BodySHA256 = HashOf(body).String() })
		}, 4, "the body is not in canonical form"},
		{"another time in the record", func(l *testLog) {
			l.rewrite(4, func(r *LogRecord) { r.At = "2031-06-05T12:00:00Z" })
		}, 4, "the body says edition 3 of ferry-line at 2031-06-04T12:00:00Z, its record edition 3 of ferry-line at 2031-06-05T12:00:00Z"},
		{"another number in the record", func(l *testLog) {
			l.rewrite(4, func(r *LogRecord) { r.Number = 4 })
		}, 4, "edition 4 of ferry-line (log index 4): the edition before it is 2"},
		{"a time that is not later", func(l *testLog) {
			l.rewrite(4, func(r *LogRecord) { r.At = l.records[2].At })
		}, 4, "not after the edition before it"},
		{"a record out of the log", func(l *testLog) { l.entries = slices.Delete(l.entries, 2, 3) }, 2, "the record says log index 3"},
		{"a record twice", func(l *testLog) { l.entries = append(l.entries, l.entries[4]) }, 5, "the record says log index 4"},
		{"no body", func(l *testLog) { l.entries[4].Body = nil }, 4, "the body's hash is "},
		{"an erasure taken out of the end", func(l *testLog) { l.entries = l.entries[:3] }, 1, "no record says that it was erased"},
		{"a body erased without a record", func(l *testLog) { l.entries[4].Body = l.entries[1].Body }, 4, "no record says that it was erased"},
		{"an erased body put back", func(l *testLog) {
			fresh := sampleLog(l.t)
			fresh.entries = fresh.entries[:0]
			fresh.records, fresh.prev = nil, Hash{}
			fresh.publish("ferry-line", 1)
			fresh.publish("other-fact", 1)
			l.entries[1].Body = fresh.entries[1].Body
		}, 1, "edition 1 of other-fact (log index 1): the record at log index 3 says that it was erased, but its body is there"},
		{"another reason in the redacted body", func(l *testLog) {
			l.entries[1].Body = bytes.Replace(l.entries[1].Body, []byte("court"), []byte("count"), 1)
		}, 1, "the redacted body's hash is"},
		{"another hash in the record of an erasure", func(l *testLog) {
			l.rewrite(3, func(r *LogRecord) { r.BodySHA256 = HashOf(nil).String() })
		}, 4, "the record says that the one before has the hash"},
		{"an erasure of what is no edition", func(l *testLog) { l.rewrite(3, func(r *LogRecord) { r.Target = "3" }) }, 3, "log index 3 is no edition"},
		{"an erasure of another edition", func(l *testLog) { l.rewrite(3, func(r *LogRecord) { r.Target = "0" }) }, 3, "it erases log index 0, which is edition 1 of ferry-line"},
		{"an erasure with a body", func(l *testLog) { l.entries[3].Body = []byte("{}") }, 3, "an erasure has no body"},
		{"an unknown type of record", func(l *testLog) { l.rewrite(4, func(r *LogRecord) { r.Type = "note" }) }, 4, "the type is"},
		{"a record with a space", func(l *testLog) { l.entries[4].Record = append(l.entries[4].Record, ' ') }, 4, "not in canonical form"},
		{"no record", func(l *testLog) { l.entries[4].Record = nil }, 4, "log index 4: the record cannot be read"},
	} {
		l := sampleLog(t)
		tt.spoil(l)
		_, err := Verify(entriesOf(l.entries...))
		fault, ok := errors.AsType[*Fault](err)
		if !ok {
			t.Errorf("%s: error %v, want a fault", tt.name, err)
			continue
		}
		if fault.LogIndex != tt.at || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: at %d: %v\nwant at %d: %s", tt.name, fault.LogIndex, err, tt.at, tt.want)
		}
	}
}

func TestVerifyNamesAnyChangedByte(t *testing.T) {
	t.Parallel()
	l := sampleLog(t)
	rapid.Check(t, func(t *rapid.T) {
		entries := slices.Clone(l.entries)
		i := rapid.IntRange(0, len(entries)-1).Draw(t, "entry")
		part := &entries[i].Record
		if entries[i].Body != nil && rapid.Bool().Draw(t, "body") {
			part = &entries[i].Body
		}
		*part = slices.Clone(*part)
		at := rapid.IntRange(0, len(*part)-1).Draw(t, "byte")
		(*part)[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
		_, err := Verify(entriesOf(entries...))
		fault, ok := errors.AsType[*Fault](err)
		if !ok {
			t.Fatalf("error %v, want a fault", err)
		}
		// An erased edition's hashes are vouched for by the record after it alone, which then names both.
		if fault.LogIndex != int64(i) && fault.LogIndex != int64(i)+1 {
			t.Fatalf("entry %d was changed, the fault is %v", i, fault)
		}
	})
}

func TestReadRecord(t *testing.T) {
	t.Parallel()
	l := sampleLog(t)
	for i, e := range l.entries {
		if got, err := ReadRecord(e.Record); err != nil || got != l.records[i] {
			t.Errorf("record %d: %+v, %v, want %+v", i, got, err, l.records[i])
		}
	}
	for name, change := range map[string]func(r *LogRecord){
		"an index with a zero before it": func(r *LogRecord) { r.LogIndex = "01" },
		"a negative index":               func(r *LogRecord) { r.LogIndex = "-1" },
		"a hash in capitals":             func(r *LogRecord) { r.Prev = strings.ToUpper(r.BodySHA256) },
		"a time in another zone":         func(r *LogRecord) { r.At = "2031-06-04T12:00:00+02:00" },
		"an edition with a target":       func(r *LogRecord) { r.Target = "0" },
		"an erasure without a target":    func(r *LogRecord) { r.Type = ErasureRecord },
		"a text's erasure of an edition": func(r *LogRecord) { r.Type, r.Target = TextErasureRecord, "paper/1" },
		"a later form":                   func(r *LogRecord) { r.Format = 2 },
		"no audience":                    func(r *LogRecord) { r.Audience = "" },
		"number 0":                       func(r *LogRecord) { r.Number = 0 },
	} {
		r := l.records[4]
		change(&r)
		record, err := r.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadRecord(record); !errors.Is(err, ErrLog) {
			t.Errorf("%s: error %v, want ErrLog", name, err)
		}
	}
	if _, err := NewErasure(l.records[0], l.entries[0].Body, 5, Hash{}); !errors.Is(err, ErrFormat) {
		t.Errorf("an erasure with a whole body: error %v, want ErrFormat", err)
	}
}
