package api

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"

	"counterclaim/internal/checkpoint"
	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// A LogHead is the state of the log.
type LogHead struct {
	TreeHead
	Checkpoint string `json:"checkpoint,omitempty" doc:"The head as it is signed: a checkpoint of c2sp.org/tlog-checkpoint. Absent where this server does not sign." example:"counterclaim.example/log\n42\n5Qwk00Vg4utER75gQM9gKeh8geHsQ8pnMpoNUIrpREg=\n\n— counterclaim.example/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"`
	Key        string `json:"key,omitempty" doc:"The public part of the key that signs it, in the form name+hash+data of c2sp.org/signed-note. Compare it with the one that you know." example:"counterclaim.example/log+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"`
	Unsigned   string `json:"unsigned,omitempty" doc:"Why there is no checkpoint." example:"This server does not sign the log."`
}

// A TreeHead is a size of the log and the root of the Merkle tree over it.
type TreeHead struct {
	Size string `json:"size" pattern:"^[0-9]+$" doc:"How many entries the log has." example:"42"`
	Root string `json:"root" contentEncoding:"base64" doc:"The root of the tree over them (RFC 6962, 2.1), in base64." example:"5Qwk00Vg4utER75gQM9gKeh8geHsQ8pnMpoNUIrpREg="`
}

func treeHead(h checkpoint.Head) TreeHead { return TreeHead{decimal(h.Size), h.Root.String()} }

// A LogEntry is an entry of the log.
type LogEntry struct {
	Record   string    `json:"record" contentEncoding:"base64" doc:"The bytes of the record as they are hashed, in base64." example:"eyJmb3JtYXQiOjF9"`
	LeafHash string    `json:"leaf_hash" contentEncoding:"base64" doc:"The record's leaf in the tree: SHA-256 of a zero byte and the bytes, in base64." example:"5Qwk00Vg4utER75gQM9gKeh8geHsQ8pnMpoNUIrpREg="`
	Hash     string    `json:"hash" pattern:"^[0-9a-f]{64}$" doc:"The same hash in hexadecimal digits, as the next record has it under prev." example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	Fields   LogRecord `json:"fields" doc:"What the record says."`
	Fiction  bool      `json:"fiction" doc:"The fact of the edition is invented, for practice; false where nothing is left that says so." example:"true"`
	Page     string    `json:"page,omitempty" format:"uri" doc:"The page of the edition; absent of a text that was withheld." example:"https://counterclaim.example/facts/bridge-open/editions/1"`
}

// A LogRecord is what an entry of the log says.
type LogRecord struct {
	Format     int                `json:"format" doc:"The form of the record." example:"1"`
	Type       edition.RecordType `json:"type" enum:"edition,erasure,text-erasure" doc:"Whether an edition was published, or one or a captured text was withheld." example:"edition"`
	LogIndex   string             `json:"log_index" pattern:"^[0-9]+$" doc:"The number of the entry, from 0." example:"41"`
	Audience   edition.Audience   `json:"audience" doc:"For whom it was published; empty of a text." example:"public"`
	Fact       string             `json:"fact" doc:"The permanent key of the fact; empty of a text." example:"bridge-open"`
	Number     int                `json:"number" minimum:"0" doc:"The number of the edition; 0 of a text." example:"1"`
	At         string             `json:"at" format:"date-time" doc:"When, in UTC." example:"2031-06-02T09:00:00Z"`
	BodySHA256 string             `json:"body_sha256" pattern:"^[0-9a-f]{64}$" doc:"The hash of the edition's canonical bytes, or of what was left of them." example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	Prev       string             `json:"prev" pattern:"^[0-9a-f]{64}$" doc:"The hash of the record before; zeros in the first." example:"0000000000000000000000000000000000000000000000000000000000000000"`
	Target     string             `json:"target" doc:"What was withheld: the number of the edition's entry, or article and number of the text; else empty." example:"40"`
}

func (a *API) logEntry(e store.LogEntry) LogEntry {
	hash := edition.RecordHash(e.Bytes)
	entry := LogEntry{
		Record: base64.StdEncoding.EncodeToString(e.Bytes), LeafHash: checkpoint.Hash(hash).String(), Hash: hex.EncodeToString(hash[:]),
		Fields: LogRecord(e.LogRecord), Fiction: e.Fiction,
	}
	if e.Fact != "" {
		entry.Page = a.page(ui.EditionPath(e.Fact, e.Number))
	}
	return entry
}

// An Inclusion proves that an entry is in the log.
type Inclusion struct {
	Index    string   `json:"index" pattern:"^[0-9]+$" doc:"The number of the entry, from 0." example:"41"`
	LeafHash string   `json:"leaf_hash" contentEncoding:"base64" doc:"Its leaf, in base64. Make it yourself of the record that you hold." example:"5Qwk00Vg4utER75gQM9gKeh8geHsQ8pnMpoNUIrpREg="`
	Head     TreeHead `json:"head" doc:"The log in which it is. Compare the root with that of a checkpoint of this size."`
	Hashes   []string `json:"hashes" maxItems:"63" doc:"The hashes that lead from the leaf to the root, in base64, in the order of RFC 6962, 2.1.1."`
}

// A Consistency proves that one state of the log is the beginning of another.
type Consistency struct {
	From   TreeHead `json:"from" doc:"The earlier log. Compare the root with that of a checkpoint that you kept."`
	To     TreeHead `json:"to" doc:"The later log. Compare the root with that of a checkpoint of this size."`
	Hashes []string `json:"hashes" maxItems:"126" doc:"The hashes from which both roots follow, in base64, in the order of RFC 6962, 2.1.2; none where one of the sizes is 0 or both are the same."`
}

// texts writes hashes in base64.
func texts(hashes []checkpoint.Hash) []string {
	list := make([]string, len(hashes))
	for i, h := range hashes {
		list[i] = h.String()
	}
	return list
}

type entryPath struct {
	Index int64 `path:"index" minimum:"0" doc:"The number of the entry, from 0." example:"0"`
}

type inclusionQuery struct {
	Index int64 `query:"index" required:"true" minimum:"0" doc:"The number of the entry, from 0." example:"0"`
	Size  int64 `query:"size" minimum:"1" doc:"The size of the log in which it is to be; that of now where it is absent." example:"1"`
}

type consistencyQuery struct {
	From int64 `query:"from" required:"true" minimum:"0" doc:"The size of the earlier log." example:"0"`
	To   int64 `query:"to" minimum:"1" doc:"The size of the later log; that of now where it is absent." example:"1"`
}

// What is said of the log.
const (
	notSigning = "This server does not sign the log."
	notSigned  = "This server does not sign the log as it is."
)

func registerLog(a *API) {
	describe[LogHead](a, "The state of the log, signed where this server signs.")
	describe[TreeHead](a, "A size of the log, and the root of the Merkle tree over it.")
	describe[LogEntry](a, "An entry of the log, by its bytes and by what they say.")
	describe[LogRecord](a, "What an entry of the log says.")
	describe[Inclusion](a, "The proof that an entry is in the log.")
	describe[Consistency](a, "The proof that one state of the log is the beginning of another.")
	get(a, reading("read-log-head", "Log", "/v1/log/checkpoint-data", "The head of the log", "How long the log is now, and the root of the tree over it. The checkpoint alone, as text, is at /log/checkpoint."),
		func(ctx context.Context, _ *struct{}) (LogHead, error) { return a.logHead(ctx) })
	get(a, reading("read-log-entry", "Log", "/v1/log/entries/{index}", "One entry of the log", "An entry by its number. It never changes.", http.StatusNotFound),
		func(ctx context.Context, in *entryPath) (LogEntry, error) {
			e, err := a.store.LogEntry(ctx, in.Index)
			if err != nil {
				return LogEntry{}, err
			}
			return a.logEntry(e), nil
		})
	get(a, reading("prove-inclusion", "Log", "/v1/log/inclusion", "That an entry is in the log", "The proof that an entry is one of the first that the log had at a size (RFC 6962, 2.1.1)."), a.inclusion)
	get(a, reading("prove-consistency", "Log", "/v1/log/consistency", "That the log goes on from an earlier one", "The proof that the log of one size is the beginning of the log of another (RFC 6962, 2.1.2)."), a.consistency)
}

// logHead reads the head, and signs it where the server signs.
func (a *API) logHead(ctx context.Context) (LogHead, error) {
	var tree checkpoint.Tree
	var failed error
	read := func(last int64) (checkpoint.Tree, error) {
		tree, failed = a.store.Tree(ctx, last)
		return tree, failed
	}
	head := LogHead{Unsigned: notSigning}
	if a.signer == nil {
		_, _ = read(0) // what it fails with is kept
	} else if _, signed, err := a.signer.Sign(ctx, read); err == nil {
		head = LogHead{Checkpoint: string(signed), Key: a.signer.Key().Verifier()}
	} else if failed == nil {
		a.failed(ctx, err)
		head = LogHead{Key: a.signer.Key().Verifier(), Unsigned: notSigned}
		_, _ = read(0) // it may not have come so far
	}
	if failed != nil {
		return LogHead{}, failed
	}
	now, err := tree.Head()
	head.TreeHead = treeHead(now)
	return head, err
}

func (a *API) inclusion(ctx context.Context, in *inclusionQuery) (Inclusion, error) {
	tree, err := a.store.Tree(ctx, in.Index, in.Size)
	if err != nil {
		return Inclusion{}, err
	}
	if in.Size == 0 {
		in.Size = tree.Size
	}
	switch {
	case in.Size > tree.Size:
		return Inclusion{}, unfit(Fault{"query.size", fmt.Sprintf("the log has %d entries", tree.Size)})
	case in.Index >= in.Size:
		return Inclusion{}, unfit(Fault{"query.index", fmt.Sprintf("expected number < %d", in.Size)})
	}
	proof, err := tree.Inclusion(in.Index, in.Size)
	if err != nil {
		return Inclusion{}, err
	}
	leaf, err := tree.Leaf(in.Index)
	if err != nil {
		return Inclusion{}, err
	}
	head, err := tree.HeadAt(in.Size)
	return Inclusion{decimal(in.Index), leaf.String(), treeHead(head), texts(proof)}, err
}

func (a *API) consistency(ctx context.Context, in *consistencyQuery) (Consistency, error) {
	tree, err := a.store.Tree(ctx, in.From, in.To)
	if err != nil {
		return Consistency{}, err
	}
	if in.To == 0 {
		in.To = tree.Size
	}
	switch {
	case in.To > tree.Size:
		return Consistency{}, unfit(Fault{"query.to", fmt.Sprintf("the log has %d entries", tree.Size)})
	case in.From > in.To:
		return Consistency{}, unfit(Fault{"query.from", fmt.Sprintf("expected number <= %d", in.To)})
	}
	proof, err := tree.Consistency(in.From, in.To)
	if err != nil {
		return Consistency{}, err
	}
	from, err := tree.HeadAt(in.From)
	if err != nil {
		return Consistency{}, err
	}
	to, err := tree.HeadAt(in.To)
	return Consistency{treeHead(from), treeHead(to), texts(proof)}, err
}
