package checkpoint_test

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strconv"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"counterclaim/internal/checkpoint"
)

// A failer is a test, a benchmark or a property's check.
type failer interface {
	Helper()
	Fatal(...any)
}

// leaf is the hash of an entry's leaf.
func leaf(entry string) checkpoint.Hash { return sha256.Sum256([]byte("\x00" + entry)) }

// grown returns the tree over those entries and as many more, each with its own index, as make size.
func grown(t failer, entries []string, size int) checkpoint.Tree {
	t.Helper()
	var tree checkpoint.Tree
	for i := range max(size, len(entries)) {
		entry := strconv.Itoa(i)
		if i < len(entries) {
			entry = entries[i]
		}
		if err := tree.Append(leaf(entry)); err != nil {
			t.Fatal(err)
		}
	}
	return tree
}

// root computes the root of a tree as RFC 6962, 2.1, words it.
func root(leaves []checkpoint.Hash) checkpoint.Hash {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	left, right := root(leaves[:k]), root(leaves[k:])
	return sha256.Sum256(slices.Concat([]byte{1}, left[:], right[:]))
}

// TestHead compares every head up to 70 entries with the definition.
func TestHead(t *testing.T) {
	t.Parallel()
	tree := grown(t, nil, 70)
	var leaves []checkpoint.Hash
	for size := range 71 {
		h, err := tree.HeadAt(int64(size))
		if err != nil || h.Size != int64(size) || h.Root != root(leaves) {
			t.Errorf("the head at %d is %v (%v)", size, h, err)
		}
		leaves = append(leaves, leaf(strconv.Itoa(size)))
	}
	for _, size := range []int64{-1, 71, 1 << 62} {
		if _, err := tree.HeadAt(size); !errors.Is(err, checkpoint.ErrRange) {
			t.Errorf("the head at %d: %v", size, err)
		}
	}
}

// TestProofs checks that proofs of any entry and of any two sizes hold, also by the library's own check, and hold of
// nothing else.
func TestProofs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, 300).Draw(t, "size")
		tree := grown(t, nil, int(size))
		to := rapid.Int64Range(1, size).Draw(t, "to")
		from := rapid.Int64Range(0, to).Draw(t, "from")
		index := rapid.Int64Range(0, to-1).Draw(t, "index")
		before, err := tree.HeadAt(from)
		if err != nil {
			t.Fatal(err)
		}
		after, err := tree.HeadAt(to)
		if err != nil {
			t.Fatal(err)
		}
		entry := leaf(strconv.FormatInt(index, 10))

		inclusion, err := tree.Inclusion(index, to)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkpoint.CheckInclusion(inclusion, index, entry, after); err != nil {
			t.Error(err)
		}
		if err := tlog.CheckRecord(inclusion, to, after.Root, index, entry); err != nil {
			t.Error(err)
		}
		consistency, err := tree.Consistency(from, to)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkpoint.CheckConsistency(consistency, before, after); err != nil {
			t.Error(err)
		}
		if from > 0 {
			if err := tlog.CheckTree(consistency, to, after.Root, from, before.Root); err != nil {
				t.Error(err)
			}
		}

		refused := func(what string, err error) {
			if !errors.Is(err, checkpoint.ErrProof) {
				t.Errorf("%s: error %v, want ErrProof", what, err)
			}
		}
		refused("another entry", checkpoint.CheckInclusion(inclusion, index, leaf("else"), after))
		refused("another place", checkpoint.CheckInclusion(inclusion, index+to, entry, after))
		refused("more of an inclusion", checkpoint.CheckInclusion(append(slices.Clone(inclusion), entry), index, entry, after))
		refused("more of a consistency", checkpoint.CheckConsistency(append(slices.Clone(consistency), entry), before, after))
		refused("backwards", checkpoint.CheckConsistency(consistency, checkpoint.Head{Size: to + 1, Root: after.Root}, before))
		altered := grown(t, []string{"else"}, int(size))
		if other, err := altered.HeadAt(to); err != nil {
			t.Fatal(err)
		} else if from > 0 {
			refused("another log", checkpoint.CheckConsistency(consistency, before, other))
			theirs, err := altered.Consistency(from, to)
			if err != nil {
				t.Fatal(err)
			}
			refused("another log's proof", checkpoint.CheckConsistency(theirs, before, other))
		}
	})
}

func TestOutOfRange(t *testing.T) {
	t.Parallel()
	tree := grown(t, nil, 5)
	for _, at := range [][2]int64{{-1, 5}, {5, 5}, {0, 6}, {0, 0}, {0, -1}, {1 << 62, 1 << 62}} {
		if _, err := tree.Inclusion(at[0], at[1]); !errors.Is(err, checkpoint.ErrRange) {
			t.Errorf("entry %d of %d: %v", at[0], at[1], err)
		}
	}
	for _, at := range [][2]int64{{-1, 5}, {5, 4}, {0, 6}, {6, 6}, {1, 1 << 62}} {
		if _, err := tree.Consistency(at[0], at[1]); !errors.Is(err, checkpoint.ErrRange) {
			t.Errorf("from %d to %d: %v", at[0], at[1], err)
		}
	}
	empty, err := checkpoint.Tree{}.Head()
	if err != nil {
		t.Fatal(err)
	}
	full, err := tree.Head()
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"a root for nothing":           checkpoint.CheckConsistency(nil, checkpoint.Head{Root: full.Root}, full),
		"nothing with another root":    checkpoint.CheckConsistency(nil, empty, checkpoint.Head{Root: full.Root}),
		"a proof from nothing":         checkpoint.CheckConsistency([]checkpoint.Hash{{}}, empty, full),
		"the same size, another root":  checkpoint.CheckConsistency(nil, checkpoint.Head{Size: 5}, full),
		"an entry in a log of nothing": checkpoint.CheckInclusion(nil, 0, leaf("0"), empty),
	} {
		if !errors.Is(err, checkpoint.ErrProof) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNodesMissing checks that a tree with some of its nodes says which one it lacks.
func TestNodesMissing(t *testing.T) {
	t.Parallel()
	tree := grown(t, nil, 8)
	some := checkpoint.Tree{Size: 8, Nodes: checkpoint.Nodes{}}
	whole, err := tree.Head()
	if err != nil {
		t.Fatal(err)
	}
	some.Nodes.Put(3, 0, whole.Root)
	if h, err := some.Head(); err != nil || h != whole {
		t.Errorf("the head is %v (%v)", h, err)
	}
	if _, err := some.HeadAt(7); !errors.Is(err, checkpoint.ErrNode) {
		t.Errorf("the head at 7: %v", err)
	}
	if err := some.Append(leaf("8")); err != nil {
		t.Errorf("a leaf beside a whole tree: %v", err)
	}
	if err := some.Append(leaf("9")); err != nil {
		t.Errorf("the second leaf of a pair: %v", err)
	}
	if _, err := some.Consistency(5, 10); !errors.Is(err, checkpoint.ErrNode) {
		t.Errorf("from 5: %v", err)
	}
}
