package checkpoint

import (
	"errors"
	"strings"
	"testing"
)

// TestParse reads texts as if they were signed.
func TestParse(t *testing.T) {
	t.Parallel()
	const root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
	for text, want := range map[string]int64{
		"a\n0\n" + root + "\n":                   0,
		"a\n20852163\n" + root + "\n":            20852163,
		"a log\n9223372036854775807\n" + root:    9223372036854775807,
		"a\n1\n" + root + "\nextension\nlines\n": 1,
	} {
		if c, err := parse(text); err != nil || c.Size != want || c.Root.String() != root {
			t.Errorf("%q is %+v (%v)", text, c, err)
		}
	}
	for _, text := range []string{
		"", "\n", "a\n1\n", "\n1\n" + root + "\n", "a\n1\n\n" + root + "\n", "a\n1\n" + root + "\n\nmore\n",
		"a\n01\n" + root + "\n", "a\n-1\n" + root + "\n", "a\n+1\n" + root + "\n", "a\n1e3\n" + root + "\n",
		"a\n9223372036854775808\n" + root + "\n", "a\n 1\n" + root + "\n",
		"a\n1\n" + root[:40] + "\n", "a\n1\n" + strings.Replace(root, "2I=", "2J=", 1) + "\n", "a\n1\nnothing\n",
	} {
		if c, err := parse(text); !errors.Is(err, ErrForm) {
			t.Errorf("%q is %+v (%v)", text, c, err)
		}
	}
}
