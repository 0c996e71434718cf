package desk

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"counterclaim/internal/credential"
	"counterclaim/internal/intake"
	"counterclaim/internal/store"
)

// settingsPath is where admins see how the server is set up.
const settingsPath = "/desk/settings"

// Settings are what the page of settings tells admins, as whoever has started the server has read it from the environment. There is
// no secret among it. The zero value says of everything that it is not told.
type Settings struct {
	Version   string // of the program, in one line
	Listen    string // the host and port on which it listens
	DataDir   string // the folder of the private Postgres; "" where another one is used
	Database  string // host, port and name of the one that is used, as [store.Store.Server] tells; never its user or password
	Bin       string // POSTGRES_BIN; "" where the programs were looked for
	FetchSet  bool   // FETCH is set; else whether other servers are asked follows from the others
	Contact   string
	Corpus    string // "embedded", "none" or a folder
	LogKey    bool   // heads of the log are signed
	LogKeySet bool   // LOG_KEY_FILE is set
}

// A settingRow is a setting in plain words.
type settingRow struct {
	Name  string
	Value string
	Note  string
	From  string // the environment variable; "" for what is fixed
}

// A settingsView is the page of settings.
type settingsView struct {
	layout
	Version string
	Rows    []settingRow
	Fixed   []settingRow
}

// showSettings shows how the running server is set up.
func (s *Server) showSettings(w http.ResponseWriter, r *http.Request) error {
	v := settingsView{layout: s.layout(r, "Settings"), Version: s.settings.Version, Rows: s.settingRows(), Fixed: fixedRows}
	return s.render(w, r, http.StatusOK, settingsPage(v))
}

// told is a value, or that there is none.
func told(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// settingRows are what the environment sets.
func (s *Server) settingRows() []settingRow {
	o := s.settings
	https := settingRow{"Reached by https", "no", "Cookies are sent over plain http; logging in works on the server’s own machine alone.", "PUBLIC_URL"}
	if s.secure {
		https.Value, https.Note = "yes", "Cookies are bound to https, and browsers are told to stay with it."
	}
	data := settingRow{"Where the data are", told(o.Database, "not told"), "A Postgres that is run apart from this program. Its user and password are shown nowhere.", "DATABASE_URL"}
	if o.DataDir != "" {
		data = settingRow{"Where the data are", o.DataDir, "A private Postgres that this program starts and stops, in this folder.", "DATA_DIR"}
	}
	fetch := settingRow{"Asking other servers for articles and feeds", "off", "", "FETCH"}
	if s.client != nil {
		fetch.Value = "on"
	}
	switch {
	case o.FetchSet:
		fetch.Note = "FETCH says so."
	case s.client != nil:
		fetch.Note = "FETCH is not set; it is on because the data are in a private Postgres and only this machine reaches the server."
	default:
		fetch.Note = "FETCH is not set; it is off because others reach the server, or its data are in a Postgres of their own."
	}
	key := settingRow{"Key that signs the log’s heads", "present", "", "LOG_KEY_FILE"}
	switch {
	case !o.LogKey:
		key.Value, key.Note = "not present", "Readers can check the log, but nobody signs for it."
	case o.LogKeySet:
		key.Note = "It is in the file that LOG_KEY_FILE names."
	default:
		key.Note = "It is in the data folder."
	}
	corpus := settingRow{"What was loaded into an empty database", o.Corpus, "A folder of corpus files.", "CORPUS"}
	switch o.Corpus {
	case "":
		corpus.Value, corpus.Note = "not told", ""
	case "embedded":
		corpus.Value, corpus.Note = "the corpus that the program carries", ""
	case "none":
		corpus.Value, corpus.Note = "nothing", ""
	}
	return []settingRow{
		{"Public address", told(s.publicURL, "not set"), "Citations, feeds and permalinks begin with it.", "PUBLIC_URL"},
		https,
		{"Listens on", told(o.Listen, "not told"), "", "ADDR"},
		data,
		{"Programs of the private Postgres", told(o.Bin, "looked for where they usually are"), "", "POSTGRES_BIN"},
		fetch,
		{"Contact", told(o.Contact, "none"), "Where readers report mistakes; it is told to the servers that are asked.", "CONTACT"},
		corpus,
		key,
		{"Proxies that are believed", told(networks(s.trusted), "none"), "What they say of the address of whoever tries to log in counts.", "TRUSTED_PROXIES"},
	}
}

func networks(list []netip.Prefix) string {
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = p.String()
	}
	return strings.Join(names, ", ")
}

// mebibytes writes a size.
func mebibytes(n int) string { return strconv.Itoa(n>>20) + " MiB" }

// fixedRows are the limits that nobody can set.
var fixedRows = []settingRow{
	{Name: "A text, a web page or a feed that comes in", Value: "at most " + mebibytes(intake.MaxSize)},
	{Name: "A PDF", Value: "at most " + mebibytes(intake.MaxPDF) + " and " + strconv.Itoa(intake.MaxPages) + " pages"},
	{Name: "A recording", Value: "at most " + mebibytes(intake.MaxMedia)},
	{Name: "What another server answers", Value: "at most " + mebibytes(intake.MaxFetched) + ", within " + strconv.Itoa(int(intake.MaxWait.Seconds())) + " seconds"},
	{Name: "A form", Value: "at most " + mebibytes(largestForm) + " and " + strconv.Itoa(mostFields) + " fields"},
	{Name: "A passage", Value: "at most 300 characters"},
	{Name: "Readers’ share of an article", Value: "at most half of its words, unless it is marked as full"},
	{Name: "Facts that are published at once", Value: "at most " + strconv.Itoa(mostTogether)},
	{Name: "A session", Value: "12 hours without use, 14 days in all"},
	{Name: "A link for a new account or a lost password", Value: "72 hours, good once"},
	{Name: "A password", Value: strconv.Itoa(credential.ShortestPassword) + " to " + strconv.Itoa(credential.LongestPassword) + " characters"},
	{Name: "What came in and was put away", Value: "kept for " + strconv.Itoa(store.ArrivalDays) + " days at least"},
}
