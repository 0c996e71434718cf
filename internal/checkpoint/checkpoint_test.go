package checkpoint_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"counterclaim/internal/checkpoint"
)

// sample is the checkpoint with which c2sp.org/tlog-checkpoint opens; its key is not published there.
const sample = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
`

// signedHead returns a signer on a new key and the checkpoint of a log of some entries.
func signedHead(t *testing.T, size int) (*checkpoint.Signer, []byte) {
	t.Helper()
	s := newSigner(t, t.TempDir())
	_, signed, err := s.Sign(t.Context(), reading(grown(t, nil, size)))
	if err != nil {
		t.Fatal(err)
	}
	return s, signed
}

func TestOpen(t *testing.T) {
	t.Parallel()
	s, signed := signedHead(t, 7)
	other, _ := signedHead(t, 7)
	head, err := grown(t, nil, 7).Head()
	if err != nil {
		t.Fatal(err)
	}
	for _, verifiers := range [][]string{
		{s.Key().Verifier()},
		{other.Key().Verifier(), s.Key().Verifier() + "\n"},
	} {
		c, err := checkpoint.Open(signed, verifiers...)
		if err != nil || c.Head != head || c.Origin != "example.org/log" {
			t.Errorf("opened %+v (%v), want %+v", c, err, head)
		}
	}
	lines := strings.Split(string(signed), "\n")
	if len(lines) != 6 || lines[0] != "example.org/log" || lines[1] != "7" || lines[2] != head.Root.String() || lines[3] != "" {
		t.Errorf("the checkpoint is %q", signed)
	}
}

func TestOpenRefused(t *testing.T) {
	t.Parallel()
	s, signed := signedHead(t, 7)
	other, _ := signedHead(t, 7)
	trusted := s.Key().Verifier()
	change := func(before, after string) []byte {
		if !bytes.Contains(signed, []byte(before)) {
			t.Fatalf("no %q in %q", before, signed)
		}
		return bytes.Replace(signed, []byte(before), []byte(after), 1)
	}
	for name, test := range map[string]struct {
		signed    []byte
		verifiers []string
		want      error
	}{
		"no key":             {signed, nil, checkpoint.ErrSignature},
		"another key":        {signed, []string{other.Key().Verifier()}, checkpoint.ErrSignature},
		"another's":          {[]byte(sample), []string{trusted}, checkpoint.ErrSignature},
		"no key at all":      {signed, []string{"example.org/log"}, checkpoint.ErrKey},
		"private for public": {signed, []string{"PRIVATE+KEY+example.org/log+00000000+AQ=="}, checkpoint.ErrKey},
		"size":               {change("\n7\n", "\n8\n"), []string{trusted}, checkpoint.ErrSignature},
		"origin":             {change("example.org", "example.com"), []string{trusted}, checkpoint.ErrSignature},
		"more lines":         {change("\n\n", "\nmore\n\n"), []string{trusted}, checkpoint.ErrSignature},
		"nothing":            {nil, []string{trusted}, checkpoint.ErrForm},
		"a page":             {[]byte("<!DOCTYPE html>\n<title>None</title>\n"), []string{trusted}, checkpoint.ErrForm},
		"NUL":                {change("7", "\x00"), []string{trusted}, checkpoint.ErrForm},
		"not UTF-8":          {change("7", "\xff"), []string{trusted}, checkpoint.ErrForm},
		"cut off":            {signed[:len(signed)-1], []string{trusted}, checkpoint.ErrForm},
		"huge":               {append(bytes.Repeat([]byte("a\n"), checkpoint.MaxSize/2), signed...), []string{trusted}, checkpoint.ErrForm},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c, err := checkpoint.Open(test.signed, test.verifiers...); !errors.Is(err, test.want) {
				t.Errorf("opened %+v, error %v, want %v", c, err, test.want)
			}
		})
	}
}

func FuzzOpen(f *testing.F) {
	s := newSigner(f, f.TempDir())
	_, signed, err := s.Sign(f.Context(), reading(grown(f, nil, 3)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed)
	f.Add([]byte(sample))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := checkpoint.Open(data, s.Key().Verifier())
		if err != nil {
			return
		}
		// Nobody signs with this key but the signer, which has signed one head.
		if last, err := s.Last(); err != nil || c != last {
			t.Errorf("%q opens as %+v", data, c)
		}
	})
}
