package checkpoint

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Errors of proofs that callers may test for with [errors.Is].
var (
	// ErrRange says that a tree has no such entry or never had that size.
	ErrRange = errors.New("out of the log's range")
	// ErrProof says that a proof does not prove what it is for.
	ErrProof = errors.New("not proven")
	// ErrNode says that a node of the tree is not at hand.
	ErrNode = errors.New("a node of the tree is missing")
)

// A Tree is the tree over a log of Size entries, with all of its nodes or with those near some entries, which is enough
// for their proofs. The zero Tree is that of a log without entries.
type Tree struct {
	Size  int64
	Nodes Nodes
}

// Nodes are nodes of a tree whose two halves are whole, by the number that [tlog.StoredHashIndex] gives to their level,
// from 0 for the entries, and their place on it. They are a [tlog.HashReader].
type Nodes map[int64]Hash

// Put adds a node.
func (n Nodes) Put(level int, index int64, hash Hash) { n[tlog.StoredHashIndex(level, index)] = hash }

// ReadHashes returns nodes by their numbers. The error is [ErrNode].
func (n Nodes) ReadHashes(numbers []int64) ([]Hash, error) {
	hashes := make([]Hash, len(numbers))
	for i, number := range numbers {
		hash, ok := n[number]
		if !ok {
			level, index := tlog.SplitStoredHashIndex(number)
			return nil, fmt.Errorf("%w: %d on level %d", ErrNode, index, level)
		}
		hashes[i] = hash
	}
	return hashes, nil
}

// Append adds an entry to a tree that has all of its nodes, by the hash of its leaf: SHA-256 of a zero byte and the
// entry's bytes. The error is [ErrNode] if it has not.
func (t *Tree) Append(leaf Hash) error {
	hashes, err := tlog.StoredHashesForRecordHash(t.Size, leaf, t.Nodes)
	if err != nil {
		return err
	}
	if t.Nodes == nil {
		t.Nodes = Nodes{}
	}
	for i, hash := range hashes {
		t.Nodes[tlog.StoredHashIndex(0, t.Size)+int64(i)] = hash
	}
	t.Size++
	return nil
}

// Head returns the head of the log now. The error is [ErrNode].
func (t Tree) Head() (Head, error) { return t.HeadAt(t.Size) }

// HeadAt returns the head that the log had with size entries. The error is [ErrRange] or [ErrNode].
func (t Tree) HeadAt(size int64) (Head, error) {
	if size < 0 || size > t.Size {
		return Head{}, fmt.Errorf("%w: it has %d entries, not %d", ErrRange, t.Size, size)
	}
	root, err := tlog.TreeHash(size, t.Nodes)
	return Head{size, root}, err
}

// Leaf returns the hash of the leaf of the entry at an index, from 0. The error is [ErrRange] or [ErrNode].
func (t Tree) Leaf(index int64) (Hash, error) {
	if index < 0 || index >= t.Size {
		return Hash{}, fmt.Errorf("%w: it has %d entries, and none at %d", ErrRange, t.Size, index)
	}
	hashes, err := t.Nodes.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
	if err != nil {
		return Hash{}, err
	}
	return hashes[0], nil
}

// Inclusion proves that the entry at an index, from 0, is one of the first size entries (RFC 6962, 2.1.1): the hashes
// that lead from its leaf to the root. The error is [ErrRange] or [ErrNode].
func (t Tree) Inclusion(index, size int64) ([]Hash, error) {
	if size < 1 || size > t.Size || index < 0 || index >= size {
		return nil, fmt.Errorf("%w: it has %d entries; no entry %d among the first %d", ErrRange, t.Size, index, size)
	}
	return tlog.ProveRecord(size, index, t.Nodes)
}

// CheckInclusion checks a proof of [Tree.Inclusion] for an entry, given by the hash of its leaf. The error is [ErrProof].
func CheckInclusion(proof []Hash, index int64, leaf Hash, h Head) error {
	if err := tlog.CheckRecord(proof, h.Size, h.Root, index, leaf); err != nil {
		return fmt.Errorf("%w: entry %d of a log of %d", ErrProof, index, h.Size)
	}
	return nil
}

// Consistency proves that the log with from entries is the beginning of the log with to entries (RFC 6962, 2.1.2): the
// hashes from which both roots follow. The proof is empty where from is 0 or to. The error is [ErrRange] or [ErrNode].
func (t Tree) Consistency(from, to int64) ([]Hash, error) {
	if from < 0 || from > to || to > t.Size {
		return nil, fmt.Errorf("%w: it has %d entries; nothing leads from %d to %d", ErrRange, t.Size, from, to)
	}
	if from == 0 {
		return nil, nil
	}
	return tlog.ProveTree(to, from, t.Nodes)
}

// CheckConsistency checks a proof of [Tree.Consistency]. The error is [ErrProof].
func CheckConsistency(proof []Hash, from, to Head) error {
	if from.Size == 0 {
		empty, err := Tree{}.Head()
		if err == nil && from == empty && len(proof) == 0 && (to.Size > 0 || to == empty) {
			return nil
		}
	} else if tlog.CheckTree(proof, to.Size, to.Root, from.Size, from.Root) == nil {
		return nil
	}
	return fmt.Errorf("%w: that the log of %d entries begins with that of %d", ErrProof, to.Size, from.Size)
}
