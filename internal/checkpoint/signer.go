package checkpoint

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Errors of signing that callers may test for with [errors.Is].
var (
	// ErrSmaller says that the log has fewer entries than one that was signed already, as an older copy has.
	ErrSmaller = errors.New("the log is smaller than the one that was last signed")
	// ErrOther says that the log does not begin with the one that was signed already.
	ErrOther = errors.New("the log does not go on from the one that was last signed")
	// ErrBusy says that another process was signing with the key for too long.
	ErrBusy = errors.New("another process is signing with the log's key")
)

// signedSuffix is what the name of the file with the last checkpoint has after that of the key's file.
const signedSuffix = ".signed"

// How long to wait for another process that signs, and between looking.
const (
	patience = 5 * time.Second
	poll     = 5 * time.Millisecond
)

// A Signer signs the heads of one log with the key in a file, and never two that contradict each other. The last
// checkpoint stands in a file beside the key, whose name has ".signed" at its end. It is there before the signature is
// handed out, so that neither a crash nor a database that was put back to an older state makes the signer forget it. It
// may be used by several goroutines and processes.
type Signer struct {
	key  Key
	path string
	mu   sync.Mutex
}

// NewSigner reads the key in a file and sees that its last checkpoint can be read and another be written beside it. The
// error is [ErrKey], [ErrForm] or [ErrSignature] for what is in the files, or one of reading or writing.
func NewSigner(path string) (*Signer, error) {
	key, err := ReadKey(path)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	s := &Signer{key: key, path: path}
	if _, err := s.Last(); err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	probe, err := writeBeside(s.signedPath(), nil)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: the last signature is kept beside the key, and the folder %s cannot be written: %w",
			filepath.Dir(path), err)
	}
	if err := os.Remove(probe); err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	return s, nil
}

// Key is the signer's key.
func (s *Signer) Key() Key { return s.key }

func (s *Signer) signedPath() string { return s.path + signedSuffix }

// Last returns the last checkpoint that was signed with the key. If there is none its origin is "". The errors are those
// of [Open] and of reading.
func (s *Signer) Last() (Checkpoint, error) {
	_, last, err := s.last()
	return last, err
}

func (s *Signer) last() ([]byte, Checkpoint, error) {
	signed, err := os.ReadFile(s.signedPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Checkpoint{}, nil
	}
	if err != nil {
		return nil, Checkpoint{}, err
	}
	last, err := Open(signed, s.key.Verifier())
	if err != nil {
		return nil, Checkpoint{}, fmt.Errorf("%s, the last checkpoint: %w", s.signedPath(), err)
	}
	return signed, last, nil
}

// Sign signs the head of the log and returns it with its signed form, which is the last one again if the head is the
// same. It calls read, with the size of the last log that was signed, for the tree of the log as it is then, which needs
// the nodes near that entry. While it does nobody else signs, so that what read finds is never older than what was
// signed.
//
// The error is [ErrSmaller] or [ErrOther] if the head does not go on from the last one; then nothing is signed. It is
// [ErrBusy] after five seconds of waiting for other processes, or that of read, or one of reading or writing.
func (s *Signer) Sign(ctx context.Context, read func(last int64) (Tree, error)) (Head, []byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	release, err := s.lock(ctx)
	if err != nil {
		return Head{}, nil, fmt.Errorf("checkpoint: %w", err)
	}
	defer release()
	head, signed, err := s.sign(read)
	if err != nil {
		return Head{}, nil, fmt.Errorf("checkpoint: %w", err)
	}
	return head, signed, nil
}

// sign does what [Signer.Sign] does, alone.
func (s *Signer) sign(read func(last int64) (Tree, error)) (Head, []byte, error) {
	signed, last, err := s.last()
	if err != nil {
		return Head{}, nil, err
	}
	tree, err := read(last.Size)
	if err != nil {
		return Head{}, nil, err
	}
	head, err := tree.Head()
	if err != nil {
		return Head{}, nil, err
	}
	switch {
	case signed == nil:
	case head == last.Head:
		return head, signed, nil
	case head.Size < last.Size:
		return Head{}, nil, fmt.Errorf("%w: it has %d entries, the signed one %d", ErrSmaller, head.Size, last.Size)
	default:
		proof, err := tree.Consistency(last.Size, head.Size)
		if err != nil {
			return Head{}, nil, err
		}
		if CheckConsistency(proof, last.Head, head) != nil {
			return Head{}, nil, fmt.Errorf("%w: that had %d entries", ErrOther, last.Size)
		}
	}
	if signed, err = s.key.sign(head); err != nil {
		return Head{}, nil, err
	}
	return head, signed, s.keep(signed)
}

// keep puts a checkpoint in the place of the last one, down to the disk.
func (s *Signer) keep(signed []byte) error {
	temporary, err := writeBeside(s.signedPath(), signed)
	if err != nil {
		return err
	}
	if err := os.Rename(temporary, s.signedPath()); err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	return syncFolder(filepath.Dir(s.path))
}

// lock keeps other processes from signing with the key until release is called. The kernel gives the lock up when its
// process ends.
func (s *Signer) lock(ctx context.Context) (release func(), err error) {
	f, err := os.Open(s.path)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() {
				// Before it closes, since a child that is just being forked has a copy of the descriptor for a moment.
				_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
				_ = f.Close()
			}, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("locking %s: %w", s.path, err), f.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ErrBusy, f.Close())
		case <-time.After(poll):
		}
	}
}
