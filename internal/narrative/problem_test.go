package narrative_test

import (
	"slices"
	"strings"
	"testing"

	"counterclaim/internal/narrative"
)

func TestValidateSound(t *testing.T) {
	t.Parallel()
	for _, p := range sample().Validate() {
		t.Error(p)
	}
}

// TestValidateTimeOfDay goes through forms of a time of day: to the minute or to the second, always with its zone.
func TestValidateTimeOfDay(t *testing.T) {
	t.Parallel()
	for at, good := range map[string]bool{
		"15:04Z": true, "15:04+04:00": true, "15:04:05Z": true, "15:04:05-03:30": true, "00:00:00Z": true, "23:59:59+14:00": true,
		"15:04": false, "15:04:05": false, "15:04:60Z": false, "15:04:5Z": false, "15:04:05.1Z": false, "24:00Z": false, "15:04:05+0400": false,
	} {
		c := sample()
		c.Articles[0].Published.At = at
		problems := c.Validate()
		if got := len(problems) == 0; got != good {
			t.Errorf("%q: sound is %v, want %v: %v", at, got, good, problems)
		}
	}
}

// TestValidate breaks the sample in one place each and looks for the problem that names it.
func TestValidate(t *testing.T) {
	t.Parallel()
	type c = *narrative.Collection
	claim := func(c c, block, i int) *narrative.Claim { return &c.Articles[0].Blocks[block].Claims[i] }
	long := strings.Repeat("carts and ", 300)

	tests := map[string]struct {
		change  func(c)
		path    string
		message string // a part of it
	}{
		"no slug":        {func(c c) { c.Parties[0].Slug = "" }, "slug", "missing"},
		"bad slug":       {func(c c) { c.Terms[0].Slug = "No--slug" }, "slug", `"No--slug" is no slug`},
		"slug twice":     {func(c c) { c.Parties = append(c.Parties, c.Parties[1]) }, "slug", `"upper-town" is the slug of another party`},
		"outlet, source": {func(c c) { c.Outlets = append(c.Outlets, narrative.Outlet{Slug: "envoy", Name: "E"}) }, "slug", "is the slug of a source already"},
		"no name":        {func(c c) { c.Sources[0].Name = "" }, "name", "missing"},
		"unknown kind":   {func(c c) { c.Sources[0].Kind = "crowd" }, "kind", `"crowd" is unknown; expected one of person, body, side, unnamed`},
		"outlet's kind":  {func(c c) { c.Sources[0].Kind = narrative.OutletSource }, "kind", `"outlet" is unknown`},
		"no kind":        {func(c c) { c.Facts[0].Kind = "" }, "kind", "missing; expected one of yes-no, state,"},

		"no minute": {func(c c) {
			c.Facts[0].Status = narrative.FactStatus{State: narrative.Developing, ReadTo: "2024-03-05T10:00"}
		}, "status.read_to", "is no minute with its zone"},
		"dormant, read to": {func(c c) { c.Facts[0].Status.ReadTo = "2024-03-05T10:00Z" }, "status.read_to", "not expected with the state dormant"},
		"unknown party":    {func(c c) { c.Sources[0].Party = "lower-twon" }, "party", `"lower-twon" is no party; expected one of lower-town, upper-town`},
		"unknown dispute":  {func(c c) { c.Facts[0].Dispute = "other" }, "dispute", `"other" is no dispute; expected one of mill-bridge`},
		"unknown place":    {func(c c) { c.Events[0].Place = "ford" }, "place", `"ford" is no place`},
		"used by nobody":   {func(c c) { c.Places[0].Names[0].UsedBy[0] = "east" }, "names[0].used_by[0]", `"east" is no party`},
		"term's party":     {func(c c) { c.Terms[0].UsedBy[0] = "east" }, "used_by[0]", `"east" is no party`},
		"participant":      {func(c c) { c.Events[0].Participants[0] = "east" }, "participants[0]", `"east" is no source or outlet`},
		"participant 2x":   {func(c c) { c.Events[0].Participants[1] = "council" }, "participants[1]", "comes twice"},
		"office backwards": {func(c c) { c.Sources[2].Offices[0].Until = "2019-01-01" }, "offices[0].until", "before the first day"},

		"control character": {func(c c) { c.Parties[0].Name = "Lower\u0007 Town" }, "name", "U+0007"},
		"NUL":               {func(c c) { c.Parties[0].Name = "Lower\x00Town" }, "name", "U+0000"},
		"override":          {func(c c) { c.Parties[0].Name = "Lower \u202eTown" }, "name", "U+202E"},
		"bad UTF-8":         {func(c c) { c.Parties[0].Name = "Lower \xff" }, "name", "not valid UTF-8"},
		"not NFC":           {func(c c) { c.Parties[0].Name = "Lo\u0301wer" }, "name", "normal form C"},
		"space at the end":  {func(c c) { c.Parties[0].Name = "Lower " }, "name", "white space"},
		"line break":        {func(c c) { c.Parties[0].Name = "Lower\n\nTown" }, "name", "line break"},
		"single line break": {func(c c) { c.Parties[0].Note = "Lower\nTown" }, "note", "single line break"},
		"long name":         {func(c c) { c.Parties[0].Name = long[:301] }, "name", "301 characters long; expected at most 300"},
		"long label":        {func(c c) { c.Facts[0].Positions[0].Label = narrative.Markup(long[:201]) }, "positions[0].label", "expected at most 200"},
		"long background":   {func(c c) { c.Facts[0].Background += narrative.Markup(long[:2001]) }, "background", "expected at most 2000"},
		"language":          {func(c c) { c.Articles[0].Language = "english?" }, "language", "BCP 47"},

		"not a day":          {func(c c) { c.Events[0].Expected[1].On = "1 April" }, "expected[1].day", `"1 April" is no day`},
		"no date":            {func(c c) { c.Articles[0].Published = narrative.Date{} }, "published", "missing"},
		"basis without day":  {func(c c) { c.Articles[0].Published.On = narrative.Interval{} }, "published.day", "the basis given needs a day"},
		"day without basis":  {func(c c) { c.Articles[0].Published.Basis = "" }, "published.basis", "missing; expected one of"},
		"unknown basis":      {func(c c) { c.Articles[0].Published.Basis = "guessed" }, "published.basis", `"guessed" is unknown`},
		"day though unknown": {func(c c) { c.Articles[0].Published.Basis = narrative.Unknown }, "published.day", "not expected"},
		"inferred from what": {func(c c) { c.Articles[0].Published.Basis = narrative.Inferred }, "published.reason", "needs a reason"},
		"no interval":        {func(c c) { c.Articles[0].Published.On.Latest = "2024" }, "published.day", "not a date"},
		"time of day":        {func(c c) { c.Articles[0].Published.At = "3 pm" }, "published.at", "no time of day"},
		"time in a month": {func(c c) {
			c.Articles[0].Published.On = narrative.Interval{Earliest: "2024-03-01", Latest: "2024-03-31", Precision: narrative.PrecisionMonth}
			c.Articles[0].Published.At = "15:04Z"
		}, "published.at", "needs a day"},
		"issued first":       {func(c c) { claim(c, 0, 0).Issued.On = day("2024-03-04") }, "passages[0].claims[0].uttered.day", "later than the day on which it was issued"},
		"published first":    {func(c c) { c.Articles[0].Published.On = day("2024-03-04") }, "passages[0].claims[0].issued.day", "later than the day on which it was published"},
		"published, uttered": {func(c c) { claim(c, 0, 0).Issued = narrative.Date{}; c.Articles[0].Published.On = day("2024-03-04") }, "passages[0].claims[0].uttered.day", "published"},

		"markup":           {func(c c) { c.Facts[0].Gaps[0].Text = "[bridge]" }, "gaps[0].text", "neither"},
		"markup's place":   {func(c c) { c.Facts[0].Question = "Was [[ford]] open?" }, "question", `"ford" is no place`},
		"markup's claim":   {func(c c) { c.Facts[0].Gaps[0].Text = "See [@" + unused + "]." }, "gaps[0].text", "is the code of no claim"},
		"markup's record":  {func(c c) { c.Facts[0].Gaps[0].Text = "See [@tool-book]." }, "gaps[0].text", `"tool-book" is no record; expected one of toll-book`},
		"nothing cited":    {func(c c) { c.Facts[0].Background = "It is so." }, "background", "cites nothing"},
		"no question":      {func(c c) { c.Facts[0].Question = "It was open." }, "question", "question mark"},
		"aspect, question": {func(c c) { c.Facts[0].Aspects[0].Question = "Who." }, "aspects[0].question", "question mark"},

		"no positions":      {func(c c) { c.Facts[0].Positions, c.Facts[0].Aspects = nil, nil }, "positions", "at least two"},
		"one position":      {func(c c) { c.Facts[0].Positions, c.Facts[0].Aspects = c.Facts[0].Positions[:1], nil }, "positions", "fewer than two"},
		"aspect's none":     {func(c c) { c.Facts[0].Aspects[0].Positions = nil }, "aspects[0].positions", "missing"},
		"position twice":    {func(c c) { c.Facts[0].Positions[1].Slug = "closed" }, "positions[1].slug", "another position"},
		"aspect twice":      {func(c c) { c.Facts[0].Aspects = append(c.Facts[0].Aspects, c.Facts[0].Aspects[0]) }, "aspects[1].slug", "another aspect"},
		"period twice":      {func(c c) { c.Facts[0].Periods[1].Slug = "before" }, "periods[1].slug", "another period"},
		"periods overlap":   {func(c c) { c.Facts[0].Periods[1].From = "2024-03-04" }, "periods[1].from", "do not overlap"},
		"period backwards":  {func(c c) { c.Facts[0].Periods[1].Until = "2024-03-01" }, "periods[1].until", "before the first day"},
		"period's event":    {func(c c) { c.Facts[0].Periods[1].FromEvent = "fair" }, "periods[1].from_event", `"fair" is no event`},
		"overtaken when":    {func(c c) { c.Facts[0].Status.State = narrative.Overtaken }, "status.since", "needs the day"},
		"overtaken why":     {func(c c) { c.Facts[0].Status.State = narrative.Overtaken }, "status.reason", "cites"},
		"both, one party":   {func(c c) { c.Facts[0].Points[0].Claims = []narrative.Code{closed} }, "points[0].claims", "claims of 1 parties"},
		"one, no party":     {func(c c) { c.Facts[0].Points[1].Claims = []narrative.Code{closed, own} }, "points[1].claims", "exactly one party"},
		"point's claim":     {func(c c) { c.Facts[0].Points[0].Claims[1] = unused }, "points[0].claims[1]", "the code of no claim"},
		"point's bad code":  {func(c c) { c.Facts[0].Points[0].Claims[1] = "BPJ-5F16" }, "points[0].claims[1]", "is no code"},
		"point's claim 2x":  {func(c c) { c.Facts[0].Points[0].Claims = []narrative.Code{closed, open, open} }, "points[0].claims[2]", "twice"},
		"point's period":    {func(c c) { c.Facts[0].Points[1].Period = "later" }, "points[1].period", `"later" is no period of the fact bridge-open; expected one of before, after`},
		"point elsewhere":   {func(c c) { claim(c, 0, 0).Stances = claim(c, 0, 0).Stances[:0] }, "points[0].claims[0]", "no stance on the fact"},
		"record's fact":     {func(c c) { c.Records[0].BearsOn[0].Fact = "bridge" }, "bears_on[0].fact", `"bridge" is no fact`},
		"record's aspect":   {func(c c) { c.Records[0].BearsOn[1].Aspect = "when" }, "bears_on[1].aspect", "is no aspect"},
		"record, twice":     {func(c c) { c.Records[0].BearsOn[1].Aspect = "" }, "bears_on[1]", "twice"},
		"account of nobody": {func(c c) { c.Events[0].Expected[0].Of = "east" }, "expected[0].of", "is no source"},
		"account twice":     {func(c c) { c.Events[0].Expected[1].Of = "mayor" }, "expected[1].of", "expected twice"},
		"held where":        {func(c c) { c.Events[0].Expected[0].Article = "" }, "expected[0].article", "missing"},
		"held by none":      {func(c c) { c.Events[0].Expected[0].Article = "bridge" }, "expected[0].article", `"bridge" is no article`},
		"not held":          {func(c c) { c.Events[0].Expected[1].Article = "bridge-closed" }, "expected[1].article", "expected the state held"},
		"looked where":      {func(c c) { c.Events[0].Expected[1].Where = "" }, "expected[1].where", "missing"},
		"looked when":       {func(c c) { c.Events[0].Expected[1].On = "" }, "expected[1].day", "missing"},
		"not issued":        {func(c c) { c.Events[0].Expected[1] = narrative.Expected{Of: "council", State: narrative.NotIssued} }, "expected[1].note", "missing"},

		"unknown outlet":     {func(c c) { c.Articles[0].Outlet = "curier" }, "outlet", `"curier" is no outlet; expected one of courier, nobody-knows`},
		"outlet not known":   {func(c c) { c.Articles[0].Outlet = "nobody-knows" }, "identified.basis", "expected the basis unknown"},
		"outlet is known":    {func(c c) { c.Articles[0].Identified.Basis = narrative.Unknown }, "identified.basis", "the outlet is named"},
		"identified how":     {func(c c) { c.Articles[0].Identified.Basis = narrative.Inferred }, "identified.reason", "missing"},
		"not identified":     {func(c c) { c.Articles[0].Identified = narrative.Identification{} }, "identified", "missing"},
		"address":            {func(c c) { c.Articles[0].URL = "javascript:alert(1)" }, "url", "no address of the web"},
		"address's host":     {func(c c) { c.Articles[0].URL = "https:///x" }, "url", "no address of the web"},
		"captured early":     {func(c c) { c.Articles[0].Captured = "2024-03-05" }, "captured", "before the article was published"},
		"key taken":          {func(c c) { c.Facts = append(c.Facts, otherFact()); c.Facts[1].Key = "bridge-open" }, "key", "is the key of the fact bridge-open already"},
		"two lines of why":   {func(c c) { claim(c, 0, 1).Counters[0].Why = "One.\n\nTwo." }, "passages[0].claims[1].counters[0].why", "line break"},
		"note cites":         {func(c c) { claim(c, 0, 1).Note = "See [@" + unused + "]." }, "passages[0].claims[1].note", "the code of no claim"},
		"about when":         {func(c c) { claim(c, 0, 1).About.Basis = narrative.Given }, "passages[0].claims[1].about.day", "needs a day"},
		"no headline":        {func(c c) { c.Articles[0].Headline = "" }, "headline", "missing"},
		"read for what":      {func(c c) { c.Articles[0].ReadFor[0].Fact = "bridge" }, "read_for[0].fact", "is no fact"},
		"read for twice":     {func(c c) { c.Articles[0].ReadFor = append(c.Articles[0].ReadFor, c.Articles[0].ReadFor[0]) }, "read_for[1].fact", "twice"},
		"reprint of none":    {func(c c) { c.Articles[0].ReprintOf = []narrative.Slug{"bridge"} }, "reprint_of[0]", `"bridge" is no article; expected one of bridge-closed`},
		"reprint no slug":    {func(c c) { c.Articles[0].ReprintOf = []narrative.Slug{"The Bridge"} }, "reprint_of[0]", "is no slug"},
		"reprint twice":      {func(c c) { again(c, "bridge-again", "bridge-closed", "bridge-closed") }, "reprint_of[1]", `"bridge-closed" comes twice`},
		"reprint of itself":  {func(c c) { c.Articles[0].ReprintOf = []narrative.Slug{"bridge-closed"} }, "reprint_of[0]", "leads back to the article itself: bridge-closed → bridge-closed"},
		"read by whom":       {func(c c) { c.Articles[0].ReadFor[0].By = "" }, "read_for[0].by", "missing"},
		"no claims":          {func(c c) { c.Articles[0].Blocks[1].Claims = nil }, "passages[1].claims", "missing"},
		"no text":            {func(c c) { c.Articles[0].Blocks[1].Text = "" }, "passages[1].text", "missing"},
		"two paragraphs":     {func(c c) { c.Articles[0].Blocks[1].Text = "One.\n\nTwo." }, "passages[1].text", "has 2 paragraphs"},
		"double space":       {func(c c) { c.Articles[0].Blocks[1].Text = "The envoy  is concerned." }, "passages[1].text", "expected single spaces"},
		"long passage":       {func(c c) { c.Articles[0].Blocks[1].Text = long[:999] }, "passages[1].claims[0].words", "expected words of at most 300"},
		"long words":         {func(c c) { claim(c, 0, 0).Words = []string{long[:299] + "x", "y"} }, "passages[0].claims[0].words", "too long"},
		"four segments":      {func(c c) { claim(c, 0, 0).Words = []string{"The", "council", "has", "closed"} }, "passages[0].claims[0].words", "too many segments"},
		"words not there":    {func(c c) { claim(c, 0, 0).Words = []string{"carts wait", "The council"} }, "passages[0].claims[0].words", "not found"},
		"words cut":          {func(c c) { claim(c, 0, 0).Words = []string{"closed the brid"} }, "passages[0].claims[0].words", "in half"},
		"words twice":        {func(c c) { claim(c, 0, 0).Words = []string{"the bridge"} }, "passages[0].claims[0].words", "found in 2 places"},
		"other quotes":       {func(c c) { claim(c, 1, 0).Words = []string{`concerned, "deeply"`} }, "passages[1].claims[0].words", "expected the same"},
		"no code":            {func(c c) { claim(c, 0, 0).Code = "" }, "passages[0].claims[0].code", "import --assign-codes"},
		"bad code":           {func(c c) { claim(c, 1, 0).Code = "0ZH-WVB1" }, "passages[1].claims[0].code", "is no code"},
		"code twice":         {func(c c) { claim(c, 1, 0).Code = closed }, "passages[1].claims[0].code", "that of another claim already"},
		"no source":          {func(c c) { claim(c, 1, 0).Source = "" }, "passages[1].claims[0].source", "missing"},
		"unknown source":     {func(c c) { claim(c, 1, 0).Source = "envoi" }, "passages[1].claims[0].source", `"envoi" is no source or outlet; expected one of council, courier, envoy,`},
		"unknown event":      {func(c c) { claim(c, 0, 0).Event = "fair" }, "passages[0].claims[0].event", "is no event"},
		"attributed to self": {func(c c) { claim(c, 0, 0).AttributedTo = "mayor" }, "passages[0].claims[0].attributed_to", "the same as the source"},
		"one party":          {func(c c) { claim(c, 0, 0).AttributedTo = "spokeswoman" }, "passages[0].claims[0].attributed_to", "of the same party"},
		"outlet's voice":     {func(c c) { claim(c, 0, 0).Voice = narrative.OutletVoice }, "passages[0].claims[0].voice", "is no outlet"},
		"chain of its own":   {func(c c) { claim(c, 0, 2).Chain = claim(c, 0, 1).Chain }, "passages[0].claims[2].chain", "not expected"},
		"outlet quoted":      {func(c c) { claim(c, 0, 2).Voice = narrative.DirectQuote }, "passages[0].claims[2].voice", "expected outlet"},
		"no chain":           {func(c c) { claim(c, 0, 0).Chain = nil }, "passages[0].claims[0].chain", "missing"},
		"chain's end":        {func(c c) { claim(c, 0, 0).Chain[0].By = "spokeswoman" }, "passages[0].claims[0].chain[0].by", "expected the article's outlet, courier"},
		"hop's role":         {func(c c) { claim(c, 1, 0).Chain[0].Role = narrative.RoleOutlet }, "passages[1].claims[0].chain[0].role", "is no outlet"},
		"hop's class":        {func(c c) { claim(c, 0, 0).Chain[0].Class = "" }, "passages[0].claims[0].chain[0].class", "needs a class"},
		"hop's verb":         {func(c c) { claim(c, 0, 0).Chain[0].Verb = "" }, "passages[0].claims[0].chain[0].verb", "missing"},

		"no stance":          {func(c c) { claim(c, 1, 0).Stances = nil }, "passages[1].claims[0].stances", "missing"},
		"stance twice":       {func(c c) { claim(c, 0, 0).Stances[1].Aspect = "" }, "passages[0].claims[0].stances[1]", "second stance"},
		"unknown fact":       {func(c c) { claim(c, 0, 1).Stances[0].Fact = "bridge" }, "passages[0].claims[1].stances[0].fact", "is no fact"},
		"unknown aspect":     {func(c c) { claim(c, 0, 0).Stances[1].Aspect = "who" }, "passages[0].claims[0].stances[1].aspect", `"who" is no aspect of the fact bridge-open; expected one of by-whom`},
		"unknown position":   {func(c c) { claim(c, 0, 1).Stances[0].Position = "opne" }, "passages[0].claims[1].stances[0].position", `"opne" is no position of the fact bridge-open; expected one of closed, open`},
		"aspect's position":  {func(c c) { claim(c, 0, 0).Stances[1].Position = "closed" }, "passages[0].claims[0].stances[1].position", "is no position of the aspect by-whom of the fact bridge-open; expected one of by-council, by-nobody"},
		"no position":        {func(c c) { claim(c, 0, 1).Stances[0].Position = "" }, "passages[0].claims[1].stances[0].position", "needs a position"},
		"concern's position": {func(c c) { claim(c, 1, 0).Stances[0].Position = "open" }, "passages[1].claims[0].stances[0].position", "takes no position"},
		"unknown mode":       {func(c c) { claim(c, 1, 0).Stances[0].Mode = "said" }, "passages[1].claims[0].stances[0].mode", `"said" is unknown`},
		"unknown period":     {func(c c) { claim(c, 0, 0).Stances[0].Period = "later" }, "passages[0].claims[0].stances[0].period", "is no period"},

		"counter to none":   {func(c c) { claim(c, 0, 1).Counters[0].To = unused }, "passages[0].claims[1].counters[0].to", "the code of no claim"},
		"counter to itself": {func(c c) { claim(c, 0, 1).Counters[0].To = open }, "passages[0].claims[1].counters[0].to", "the claim itself"},
		"counter twice":     {func(c c) { claim(c, 0, 1).Counters = append(claim(c, 0, 1).Counters, claim(c, 0, 1).Counters[0]) }, "passages[0].claims[1].counters[1]", "twice"},
		"no difference":     {func(c c) { claim(c, 0, 1).Counters[0].Difference = "" }, "passages[0].claims[1].counters[0].difference", "needs one of direct, date,"},
		"a difference":      {func(c c) { claim(c, 0, 2).Counters[0].Difference = narrative.DiffersDate }, "passages[0].claims[2].counters[0].difference", "not expected"},
		"counter's fact":    {func(c c) { claim(c, 0, 1).Counters[0].Fact = "bridge" }, "passages[0].claims[1].counters[0].fact", "is no fact"},
		"no why":            {func(c c) { claim(c, 0, 1).Counters[0].Why = "" }, "passages[0].claims[1].counters[0].why", "missing"},
		"this has no stance": {func(c c) {
			c.Facts = append(c.Facts, otherFact())
			claim(c, 0, 1).Counters[0].Fact = "other"
		}, "passages[0].claims[1].counters[0].fact", "this claim has no stance on the fact other"},
		"that has no stance": {func(c c) {
			c.Facts = append(c.Facts, otherFact())
			claim(c, 0, 1).Stances = append(claim(c, 0, 1).Stances, narrative.Stance{Fact: "other", Position: "yes", Mode: narrative.Asserted})
			claim(c, 0, 1).Counters[0].Fact = "other"
		}, "passages[0].claims[1].counters[0].fact", "the claim " + closed + " has no stance"},
		"restates in a circle": {func(c c) {
			link := narrative.Counter{Relation: narrative.Restates, Fact: "bridge-open", Why: "again"}
			for i, to := range []narrative.Code{open, own, closed} {
				link.To = to
				claim(c, 0, i).Counters = []narrative.Counter{link}
			}
		}, "passages[0].claims[2].counters[0].to", "leads back to the claim itself: " + closed + " → " + open + " → " + own + " → " + closed},

		"figure not there":   {func(c c) { claim(c, 0, 2).Figures[0].Verbatim = "50 carts" }, "passages[0].claims[2].figures[0].verbatim", "not found in the passage"},
		"figure cut":         {func(c c) { claim(c, 0, 2).Figures[0].Verbatim = "0 carts" }, "passages[0].claims[2].figures[0].verbatim", "expected its words, whole"},
		"no number":          {func(c c) { claim(c, 0, 2).Figures[0].Verbatim = "carts" }, "passages[0].claims[2].figures[0].verbatim", "cannot be read as a number"},
		"reads as no number": {func(c c) { claim(c, 0, 2).Figures[0].ReadsAs = "carts" }, "passages[0].claims[2].figures[0].reads_as", "cannot be read as a number"},
		"window":             {func(c c) { f := claim(c, 0, 2).Figures; f[0].From, f[0].Until = "2024-02-02", "2024-02-01" }, "passages[0].claims[2].figures[0].until", "before the first day"},
		"counted by":         {func(c c) { claim(c, 0, 2).Figures[0].CountedBy = "east" }, "passages[0].claims[2].figures[0].counted_by", "is no source"},
		"counted what":       {func(c c) { claim(c, 0, 2).Figures[0].Counted = "" }, "passages[0].claims[2].figures[0].counted", "missing"},
		"part of none":       {func(c c) { claim(c, 0, 2).Figures[0].PartOf = unused }, "passages[0].claims[2].figures[0].part_of", "the code of no claim"},
		"part of no figure":  {func(c c) { claim(c, 0, 2).Figures[0].PartOf = closed }, "passages[0].claims[2].figures[0].part_of", "has no figure"},
		"part of itself":     {func(c c) { claim(c, 0, 2).Figures[0].PartOf = own }, "passages[0].claims[2].figures[0].part_of", "a part of itself"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			collection := sample()
			test.change(&collection)
			problems := collection.Validate()
			if !slices.ContainsFunc(problems, func(p narrative.Problem) bool {
				return p.Path == test.path && strings.Contains(p.Message, test.message)
			}) {
				t.Errorf("problems = %q, want one at %s with %q", problems, test.path, test.message)
			}
			if again := collection.Validate(); !slices.Equal(problems, again) {
				t.Errorf("a second run gives %q, want %q", again, problems)
			}
		})
	}
}

// again adds an article that prints others again.
func again(c *narrative.Collection, slug narrative.Slug, of ...narrative.Slug) {
	a := c.Articles[0]
	a.Slug, a.Blocks, a.ReadFor, a.ReprintOf = slug, nil, nil, of
	c.Articles = append(c.Articles, a)
}

// TestReprints: articles may print several again, in any order and through each other; every article on a round is told so,
// by the link that leads on to it, and no other is.
func TestReprints(t *testing.T) {
	t.Parallel()
	c := sample()
	again(&c, "second", "bridge-closed")
	again(&c, "fourth", "third", "bridge-closed")
	again(&c, "third", "second")
	if problems := c.Validate(); len(problems) > 0 {
		t.Fatalf("problems = %q, want none", problems)
	}
	c.Articles[1].ReprintOf = append(c.Articles[1].ReprintOf, "fourth")
	again(&c, "beside", "fourth")
	var got []string
	for _, p := range c.Validate() {
		got = append(got, p.String())
	}
	want := []string{
		"article second: reprint_of[1]: leads back to the article itself: second → fourth → third → second",
		"article fourth: reprint_of[0]: leads back to the article itself: fourth → third → second → fourth",
		"article third: reprint_of[0]: leads back to the article itself: third → second → fourth → third",
	}
	if !slices.Equal(got, want) {
		t.Errorf("problems = %q, want %q", got, want)
	}
	c.Sort()
	if of := c.Articles[2].ReprintOf; !slices.Equal(of, []narrative.Slug{"bridge-closed", "third"}) {
		t.Errorf("%s prints %q again, want them in order", c.Articles[2].Slug, of)
	}
}

// TestValidateAll: all problems come in one run, in the order of the nouns.
func TestValidateAll(t *testing.T) {
	t.Parallel()
	c := sample()
	c.Parties[0].Name = ""
	c.Articles[0].Headline = ""
	c.Articles[0].Blocks[0].Claims[0].Source = "nobody"
	var got []string
	for _, p := range c.Validate() {
		got = append(got, string(p.Kind)+" "+p.Key+" "+p.Path)
	}
	want := []string{
		"party lower-town name",
		"fact bridge-open points[0].claims",
		"fact bridge-open points[1].claims",
		"article bridge-closed headline",
		"article bridge-closed passages[0].claims[0].source",
	}
	if !slices.Equal(got, want) {
		t.Errorf("problems = %q, want %q", got, want)
	}
}

func TestUnclaimed(t *testing.T) {
	t.Parallel()
	problems := sample().Unclaimed()
	if len(problems) != 1 || problems[0].Path != "aspects[0].positions[1]" || !strings.Contains(problems[0].Message, "by-nobody") {
		t.Errorf("Unclaimed() = %q, want the position by-nobody alone", problems)
	}
}

// TestNearest: where there are many choices a message names the one that is spelt most like the wrong one.
func TestNearest(t *testing.T) {
	t.Parallel()
	c := sample()
	for _, slug := range []narrative.Slug{"north", "south", "east", "west", "up", "down", "left", "right"} {
		c.Parties = append(c.Parties, narrative.Party{Slug: slug, Name: string(slug)})
	}
	c.Sources[0].Party = "uper-town"
	problems := c.Validate()
	if len(problems) == 0 || problems[0].Message != `"uper-town" is no party; the nearest is "upper-town"` {
		t.Errorf("problems = %q, want the nearest party named", problems)
	}
}

func day(d narrative.Day) narrative.Interval {
	return narrative.Interval{Earliest: d, Latest: d, Precision: narrative.PrecisionDay}
}

func otherFact() narrative.Fact {
	return narrative.Fact{
		Slug: "other", Dispute: "mill-bridge", Question: "Is there another matter?", Kind: narrative.YesNo,
		Background: "So it is said [@" + closed + "].", Status: narrative.FactStatus{State: narrative.Dormant},
		Positions: []narrative.Position{{Slug: "yes", Label: "There is."}, {Slug: "no", Label: "There is none."}},
	}
}
