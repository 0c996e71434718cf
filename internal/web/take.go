package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"counterclaim/internal/citation"
	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// A citedForm is a form in which a reference can be taken away.
type citedForm struct {
	format    string // the end of the address
	title     string
	mediaType string
	write     func(w citation.Work) []byte
}

var citedForms = []citedForm{
	{"bib", "BibTeX", citation.BibTeXType, citation.Work.BibTeX},
	{"ris", "RIS", citation.RISType, citation.Work.RIS},
	{"csl.json", "CSL-JSON", citation.CSLType, citation.Work.CSL},
}

// The formats of the four things that can be taken away, beside those of citedForms.
var (
	editionFormats = []string{"json", "csv", "csv-metadata.json", "md", "txt"}
	claimFormats   = []string{"json", "md", "txt"}
	articleFormats = []string{"json", "csv", "csv-metadata.json"}
)

// The media types of the forms that are no data.
const (
	jsonType     = "application/json"
	markdownType = "text/markdown; charset=utf-8; variant=GFM"
	plainType    = "text/plain; charset=utf-8"
)

// formatOf returns the format in the address. The error is a page that is not there.
func formatOf(r *http.Request, formats []string) (string, error) {
	format := r.PathValue("format")
	cited := slices.ContainsFunc(citedForms, func(f citedForm) bool { return f.format == format })
	if !cited && !slices.Contains(formats, format) {
		return "", errNoPage
	}
	return format, nil
}

// A taker sends one thing in one form. Its name is that of the file that a browser makes of it.
type taker struct {
	w      http.ResponseWriter
	format string
	name   string
}

// open lets pages of other sites read what is sent, as they may read anything that is published.
func (t taker) open() {
	t.w.Header().Set("Access-Control-Allow-Origin", "*")
	t.w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// send sends a body. What people keep as a file is offered as one; text that they copy is shown.
func (t taker) send(mediaType string, body []byte) error {
	how := "attachment"
	if slices.Contains([]string{"json", "csv-metadata.json", "md", "txt"}, t.format) {
		how = "inline"
	}
	t.open()
	t.w.Header().Set("Content-Disposition", how+`; filename="`+t.name+"."+t.format+`"`)
	send(t.w, mediaType, body)
	return nil
}

// cite sends the reference to a work, if the form is one of citedForms.
func (t taker) cite(work citation.Work) error {
	for _, f := range citedForms {
		if f.format == t.format {
			return t.send(f.mediaType, f.write(work))
		}
	}
	return errNoPage
}

// describe sends what the columns of the table at an address mean.
func (t taker) describe(table, title string) error {
	return t.send(edition.TableDescriptionType, edition.TableDescription(table, title))
}

// table sends claims as a table that leads to its description.
func (s *Server) table(t taker, rows []edition.ClaimRow, described string) error {
	t.w.Header().Add("Link", "<"+s.absolute(described)+`>; rel="describedby"; type="`+edition.TableDescriptionType+`"`)
	return t.send(edition.TableType, edition.Table(rows, s.citedAt))
}

// data sends a value as JSON.
func (t taker) data(v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	return t.send(jsonType, b.Bytes())
}

// takeFact sends the latest edition of a fact in another form. What it cites is the edition.
func (s *Server) takeFact(w http.ResponseWriter, r *http.Request) error {
	format, err := formatOf(r, editionFormats)
	if err != nil {
		return err
	}
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	e, err := s.store.Edition(r.Context(), slug, 0)
	if err != nil {
		return moved(err, func(to string) string { return ui.FactFormPath(to, format) })
	}
	w.Header().Set("Content-Location", ui.EditionFormPath(e.Fact, e.Number, format))
	return s.takeForm(w, r, format, e)
}

// takeEdition sends one edition of a fact in another form.
func (s *Server) takeEdition(w http.ResponseWriter, r *http.Request) error {
	format, err := formatOf(r, editionFormats)
	if err != nil {
		return err
	}
	e, err := s.edition(r)
	if err != nil {
		return err
	}
	if gone(e) == nil {
		s.linkVersions(w.Header(), e, false)
		if format == "json" && e.WithheldOn.IsZero() { // what was withheld once may be so again
			w.Header().Set("Cache-Control", immutable.control)
		}
	}
	return s.takeForm(w, r, format, e)
}

func (s *Server) takeForm(w http.ResponseWriter, r *http.Request, format string, e store.Edition) error {
	w.Header().Set("X-Robots-Tag", "noindex, follow")
	if format == "json" {
		return takeBody(w, e)
	}
	body, err := bodyOf(e)
	if err != nil {
		return err
	}
	t := taker{w, format, editionName(e)}
	switch format {
	case "csv":
		return s.table(t, edition.Project(body, e.LogIndex).Claims, ui.EditionFormPath(e.Fact, e.Number, "csv-metadata.json"))
	case "csv-metadata.json":
		return t.describe(s.absolute(ui.EditionFormPath(e.Fact, e.Number, "csv")), inventedTitle(body.Content.Title, body.Content.Dispute.Fiction))
	case "md", "txt":
		told, err := s.paragraph(e, body, r.URL.Query()["claims"])
		if err != nil {
			return badChoice(err)
		}
		if format == "md" {
			return t.send(markdownType, []byte(edition.Markdown(told)))
		}
		return t.send(plainType, []byte(edition.PlainText(told)))
	}
	return t.cite(s.editionWork(e, body.Content))
}

// takeBody sends an edition's bytes, whose hash is in the log, uncompressed: the digest of the answer (RFC 9530, 3) is
// then that hash, in base64. Of an edition that was taken down what is left of it is sent, as gone.
func takeBody(w http.ResponseWriter, e store.Edition) error {
	w.Header().Set(gzhttp.HeaderNoCompression, "1")
	sum := sha256.Sum256(e.Body)
	w.Header().Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":")
	t := taker{w, "json", editionName(e)}
	if gone(e) != nil {
		t.open()
		w.Header().Set("Content-Type", jsonType)
		w.WriteHeader(http.StatusGone)
		_, _ = w.Write(e.Body) // fails only if the visitor has gone
		return nil
	}
	return t.send(jsonType, e.Body)
}

// badChoice is the visitor's error of a paragraph that cannot be made as asked for.
func badChoice(err error) error {
	if missing, ok := errors.AsType[*edition.Missing](err); ok {
		return &statusError{status: http.StatusBadRequest, message: "A paragraph has each position at least once, and what a party says in its own words where it does. " +
			"Missing: " + strings.Join(labels(missing.Positions), "; ") + "."}
	}
	if errors.Is(err, edition.ErrChoice) {
		return &statusError{status: http.StatusBadRequest, message: "What was chosen under “claims” is not all in this edition."}
	}
	return err
}

func labels(positions []edition.MissingPosition) []string {
	var list []string
	for _, p := range positions {
		list = append(list, "“"+p.Label.String()+"”")
	}
	return list
}

// claimData is a claim as its page shows it.
type claimData struct {
	Code     string             `json:"code"`
	Fiction  bool               `json:"fiction"` // all facts on which it stands were invented for practice
	Address  string             `json:"address"`
	CitedAt  string             `json:"cited_at"` // in the edition of the first row
	Past     bool               `json:"past"`     // no latest edition has it any more
	Rows     []edition.ClaimRow `json:"rows"`     // one for each fact
	Outlet   edition.Outlet     `json:"outlet"`
	Source   edition.Source     `json:"source"`
	Sentence string             `json:"sentence,omitempty"` // round the passage, only where rights allow
	Editions []editionData      `json:"editions"`           // in which it stands, newest first; at most 100
}

// editionData names an edition.
type editionData struct {
	Fact        string `json:"fact"`
	Title       string `json:"title"`
	Fiction     bool   `json:"fiction"` // its dispute was invented for practice
	Number      int    `json:"number"`
	PublishedAt string `json:"published_at"`
	Address     string `json:"address"`
}

// takeClaim sends a claim in another form.
func (s *Server) takeClaim(w http.ResponseWriter, r *http.Request) error {
	format, err := formatOf(r, claimFormats)
	if err != nil {
		return err
	}
	p, err := s.claim(r, func(code string) string { return ui.ClaimFormPath(code, format) })
	if err != nil {
		return err
	}
	row := latestRow(p.Rows)
	quotation := row.Claim.Quotation(s.citedAt(row))
	if invented := someInvented(p.Rows); invented != "" {
		quotation = append(quotation, edition.Sentence{Text: edition.Text{{Text: invented}}})
	}
	w.Header().Set("X-Robots-Tag", "noindex, follow")
	t := taker{w, format, "claim-" + row.Claim.Code}
	switch format {
	case "json":
		return t.data(s.newClaimData(p))
	case "md":
		return t.send(markdownType, []byte(edition.Markdown(quotation)))
	case "txt":
		return t.send(plainType, []byte(edition.PlainText(quotation)))
	}
	return t.cite(s.claimWork(p))
}

func (s *Server) newClaimData(p store.ClaimPage) claimData {
	row := latestRow(p.Rows)
	d := claimData{
		Code: row.Claim.Code, Fiction: areInvented(p.Rows), Address: s.absolute(ui.ClaimPath(row.Claim.Code)), CitedAt: s.citedAt(row), Past: p.Past, Rows: p.Rows,
		Outlet: p.Outlet, Source: p.Source, Sentence: p.Sentence, Editions: []editionData{},
	}
	for _, e := range p.Editions {
		d.Editions = append(d.Editions, editionData{
			e.Fact, e.Title, e.Fiction, e.Number, timestamp(e.PublishedAt), s.absolute(ui.At(ui.EditionPath(e.Fact, e.Number), d.Code)),
		})
	}
	return d
}

// articleData is an article with its claims as its page shows them.
type articleData struct {
	Address string             `json:"address"`
	Fiction bool               `json:"fiction"` // all facts on which it stands were invented for practice
	Article edition.Article    `json:"article"`
	Outlet  edition.Outlet     `json:"outlet"`
	Claims  []edition.ClaimRow `json:"claims"` // in the article's order, one for each fact
}

// takeArticle sends an article's claims, or the reference to the article at its outlet.
func (s *Server) takeArticle(w http.ResponseWriter, r *http.Request) error {
	format, err := formatOf(r, articleFormats)
	if err != nil {
		return err
	}
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	p, err := s.store.Article(r.Context(), slug)
	if err != nil {
		return moved(err, func(to string) string { return ui.ArticleFormPath(to, format) })
	}
	w.Header().Set("X-Robots-Tag", "noindex, follow")
	rows := []edition.ClaimRow{}
	for _, passage := range p.Passages {
		rows = append(rows, passage.Rows...)
	}
	t := taker{w, format, p.Article.Slug}
	switch format {
	case "json":
		return t.data(articleData{s.absolute(ui.ArticlePath(p.Article.Slug)), p.Fiction, p.Article, p.Outlet, rows})
	case "csv":
		return s.table(t, rows, ui.ArticleFormPath(p.Article.Slug, "csv-metadata.json"))
	case "csv-metadata.json":
		return t.describe(s.absolute(ui.ArticleFormPath(p.Article.Slug, "csv")), inventedTitle(p.Article.Headline, p.Fiction))
	}
	return t.cite(s.articleWork(p))
}
