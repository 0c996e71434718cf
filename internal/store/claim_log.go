package store

import (
	"encoding/json"
	"strings"

	"counterclaim/internal/narrative"
)

// A LoggedClaim is a claim as the audit log keeps it: with all that an editor has settled besides what a [narrative.Claim]
// says, so that a save can be taken back whole. Entries of an import or merger have the claim alone.
type LoggedClaim struct {
	narrative.Claim
	Article      narrative.Slug `json:",omitempty"` // under the slug that it had then; "" in an entry that has the claim alone
	Ordinal      int            `json:",omitempty"` // see [Claim]
	Preset       []string       `json:",omitempty"`
	Capture      int64          `json:",omitempty"` // in which it stood; 0 in an entry that has the claim alone
	Starts, Ends []int          `json:",omitempty"` // code points
}

// logged returns a claim of the desk's as the audit log keeps it.
func logged(c Claim) LoggedClaim {
	at := newAnchorRow(c.Code, c.Capture, "", c.Match)
	return LoggedClaim{c.Claim, c.Article, c.Ordinal, c.Preset, c.Capture, at.Starts, at.Ends}
}

// ReadClaim reads what an entry of the log says that a claim was. It reports false for what is no claim: nothing, or a text
// of an earlier form.
func ReadClaim(doc string) (LoggedClaim, bool) {
	var c LoggedClaim
	d := json.NewDecoder(strings.NewReader(doc))
	d.DisallowUnknownFields()
	err := d.Decode(&c)
	return c, err == nil
}

// isPlaced reports whether the log says where the claim stood.
func (l LoggedClaim) isPlaced() bool {
	return l.Capture > 0 && len(l.Starts) > 0 && len(l.Starts) == len(l.Ends)
}

// place is where the claim stood.
func (l LoggedClaim) place() anchorRow {
	return anchorRow{Claim: l.Code, Capture: l.Capture, Starts: l.Starts, Ends: l.Ends}
}
