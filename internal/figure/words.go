package figure

import "strings"

// words makes a set of space-separated words.
func words(lists ...string) map[string]bool {
	set := map[string]bool{}
	for _, list := range lists {
		for w := range strings.FieldsSeq(list) {
			set[w] = true
		}
	}
	return set
}

// Number words.
var (
	units = map[string]int64{
		"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
	}
	teens = map[string]int64{
		"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
		"sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	}
	tens = map[string]int64{
		"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
	}
	// scales multiply what stands before them. Hundred also stands inside a group
	// of three digits, dozen and score only at the end.
	scales = map[string]int64{
		"hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
		"dozen": 12, "score": 20,
	}
	// shortScales follow digits: "3bn". The one-letter ones need a currency, since
	// "3 m" may be metres.
	shortScales = map[string]int64{
		"k": 1e3, "mn": 1e6, "mln": 1e6, "bn": 1e9, "bln": 1e9, "tn": 1e12, "m": 1e6, "b": 1e9,
	}
	denominators = map[string]int64{
		"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
		"eighth": 8, "ninth": 9, "tenth": 10,
		"halves": 2, "thirds": 3, "quarters": 4, "fourths": 4, "fifths": 5, "sixths": 6, "sevenths": 7,
		"eighths": 8, "ninths": 9, "tenths": 10,
	}
	vulgarFractions = map[rune][2]int64{
		'½': {1, 2}, '⅓': {1, 3}, '⅔': {2, 3}, '¼': {1, 4}, '¾': {3, 4}, '⅕': {1, 5}, '⅖': {2, 5},
		'⅗': {3, 5}, '⅘': {4, 5}, '⅙': {1, 6}, '⅚': {5, 6}, '⅛': {1, 8}, '⅜': {3, 8}, '⅝': {5, 8}, '⅞': {7, 8},
	}
	// printedFractions are the shares that are printed back in words: halves and
	// quarters, and what a decimal cannot hold.
	printedFractions = []struct {
		over, under int64
		word        string
	}{
		{1, 2, "half"}, {1, 4, "one-quarter"}, {3, 4, "three-quarters"}, {1, 3, "one-third"}, {2, 3, "two-thirds"},
		{1, 6, "one-sixth"}, {5, 6, "five-sixths"}, {1, 7, "one-seventh"}, {2, 7, "two-sevenths"},
		{3, 7, "three-sevenths"}, {4, 7, "four-sevenths"}, {5, 7, "five-sevenths"}, {6, 7, "six-sevenths"},
		{1, 9, "one-ninth"}, {2, 9, "two-ninths"}, {4, 9, "four-ninths"}, {5, 9, "five-ninths"},
		{7, 9, "seven-ninths"}, {8, 9, "eight-ninths"},
	}
)

// currencies are signs before or after an amount, and what they are called.
var currencies = map[string]string{
	"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen", "₽": "rubles", "₼": "manats", "֏": "drams",
	"₾": "lari", "₺": "lira", "₴": "hryvnias", "₹": "rupees", "₸": "tenge",
}

// currencyCodes are ISO 4217 codes that stand before an amount.
var currencyCodes = words("USD EUR GBP RUB AMD AZN GEL TRY IRR CHF CAD AUD JPY CNY UAH")

// abbreviations are written with a point that ends no sentence.
var abbreviations = words(
	"approx ca c est max min no nos sq cu art para",
	"jan feb mar apr jun jul aug sep sept oct nov dec",
)

// tightAfterNumber may be written to digits without a space.
var tightAfterNumber = words(
	"k m b bn bln mn mln tn km kg g t cm mm ha ft mi h hr hrs min mins sec l kw mw gw kwh mwh pc pct sq",
	"km2 m2 cm2 km² m² km³ m³ km3 m3 ish odd plus usd eur gbp rub amd azn",
)

var surfaceUnits = []string{"km2", "m2", "cm2", "km3", "m3", "cm3"}

// Words that make a number beside them part of a date.
var (
	months = words(
		"january february march april may june july august september october november december",
		"jan feb mar apr jun jul aug sep sept oct nov dec",
	)
	weekdays   = words("monday tuesday wednesday thursday friday saturday sunday")
	beforeYear = words(
		"in since by until till from during early late mid year years fall autumn spring summer winter",
		"before after beginning start back circa",
	)
	// mayBeforeYear stand before years and before amounts.
	mayBeforeYear = words("of the to between and this that his her its their a")
	clockWords    = words("am pm o'clock gmt utc")
)

// beforeCode are words that a number after them names, rather than counts.
var beforeCode = words(
	"article articles art paragraph paragraphs para clause section chapter item point number resolution",
	"resolutions route highway motorway page phase protocol annex decree version channel formula flight room",
	"building boeing airbus figure table stage level",
)

// Words that a phrase of counted things cannot hold.
var stopWords = words(
	"a an the this that these those such each every either neither both all any some no not nor",
	"i you he she it we they me him her us them my your his its our their mine ours theirs who whom whose which what",
	"and or but so yet if then than as because while when where why how whether though although unless until till",
	"of in on at by to from for with without within into onto over under above below about around across after before",
	"since during between among amid against along through throughout toward towards upon off out up down near beside",
	"besides beyond despite except inside outside past per via like according",
	"is are was were be been being am has have had having do does did doing can could may might must shall should will would",
	"there here now ago later earlier only also just even still already again ever never always often",
	"north south east west northeast northwest southeast southwest today yesterday tomorrow",
	"said says say told tells went goes go came comes come left leave leaves got gets get took takes take made makes make",
	"drove drives drive ran runs run stood stands stand fell falls fall rose rises rise hit hits met meets saw sees seen",
	"became become becomes began begin begins brought bring brings built gave give gives given held hold holds kept keep",
	"keeps knew known led lost pay paid put set sent spent won wrote written cross crosses pass passes enter enters use uses",
	"more fewer less most many much few several numerous plus minus times alone apart together each else instead",
	"daily weekly monthly annually yearly",
)

// Words in -ed and -ing that count people: "20 wounded".
var peopleWords = words("wounded injured killed displaced detained missing dead armed disabled")

// Plurals without s, and nouns that need none.
var irregularPlurals = map[string]string{
	"people": "person", "men": "man", "women": "woman", "children": "child", "feet": "foot", "teeth": "tooth",
	"servicemen": "serviceman", "servicewomen": "servicewoman", "policemen": "policeman", "fishermen": "fisherman",
	"spokesmen": "spokesman", "businessmen": "businessman", "lives": "life", "police": "police",
	"personnel": "personnel", "aircraft": "aircraft", "staff": "staff", "cattle": "cattle", "sheep": "sheep",
	"livestock": "livestock", "dead": "dead", "wounded": "wounded", "injured": "injured", "killed": "killed",
	"displaced": "displaced", "detained": "detained", "missing": "missing", "data": "data", "criteria": "criterion",
	"media": "media", "crises": "crisis", "analyses": "analysis", "bases": "base", "series": "series",
	"species": "species", "euros": "euro",
}

// Words in -s that are no plural nouns, or that go before one ("goods trucks").
var notPlural = words(
	"gas bus plus perhaps thus across always besides sometimes afterwards various previous serious religious famous",
	"numerous dangerous enormous continuous goods arms customs sports savings news physics politics",
)

// measures are units that end the phrase of what is counted; the value is the
// singular by which they are compared.
var measures = map[string]string{
	"%": "percent", "percent": "percent", "pct": "percent",
	"km": "kilometer", "kilometer": "kilometer", "kilometers": "kilometer", "kilometre": "kilometer", "kilometres": "kilometer",
	"m": "meter", "meter": "meter", "meters": "meter", "metre": "meter", "metres": "meter",
	"cm": "centimeter", "centimeter": "centimeter", "centimeters": "centimeter", "centimetre": "centimeter", "centimetres": "centimeter",
	"mm": "millimeter", "millimeter": "millimeter", "millimeters": "millimeter", "millimetre": "millimeter", "millimetres": "millimeter",
	"mile": "mile", "miles": "mile", "mi": "mile", "ft": "foot", "foot": "foot", "feet": "foot", "yard": "yard", "yards": "yard",
	"ha": "hectare", "hectare": "hectare", "hectares": "hectare", "acre": "acre", "acres": "acre",
	"km2": "square kilometer", "km²": "square kilometer", "m2": "square meter", "m²": "square meter",
	"km3": "cubic kilometer", "km³": "cubic kilometer", "m3": "cubic meter", "m³": "cubic meter",
	"kg": "kilogram", "kilogram": "kilogram", "kilograms": "kilogram", "kilo": "kilogram", "kilos": "kilogram",
	"g": "gram", "gram": "gram", "grams": "gram", "t": "tonne", "tonne": "tonne", "tonnes": "tonne", "ton": "ton", "tons": "ton",
	"liter": "liter", "liters": "liter", "litre": "liter", "litres": "liter", "l": "liter",
	"second": "second", "seconds": "second", "minute": "minute", "minutes": "minute", "min": "minute", "mins": "minute",
	"hour": "hour", "hours": "hour", "h": "hour", "hr": "hour", "hrs": "hour", "day": "day", "days": "day",
	"week": "week", "weeks": "week", "month": "month", "months": "month", "year": "year", "years": "year",
	"decade": "decade", "decades": "decade", "century": "century", "centuries": "century",
	"dollar": "dollar", "dollars": "dollar", "euro": "euro", "euros": "euro", "degree": "degree", "degrees": "degree",
}

// plurals are for the measures that a compound prints in the singular:
// "nine-month-long" is 9 months.
var plurals = map[string]string{
	"kilometer": "kilometers", "kilometre": "kilometres", "meter": "meters", "metre": "metres", "mile": "miles",
	"foot": "feet", "yard": "yards", "hectare": "hectares", "acre": "acres", "kilogram": "kilograms", "gram": "grams",
	"tonne": "tonnes", "ton": "tons", "liter": "liters", "litre": "litres", "second": "seconds", "minute": "minutes",
	"hour": "hours", "day": "days", "week": "weeks", "month": "months", "year": "years", "decade": "decades",
	"century": "centuries", "dollar": "dollars", "euro": "euros", "degree": "degrees",
}

// Words of compounds behind a number.
var (
	// compoundEnds are left out of the unit: "nine-month-long", "a 300-strong crowd".
	compoundEnds = words("long old strong wide high deep thick tall heavy")
	// notUnits make the compound a kind of thing and no count: "two-way", "three-time".
	notUnits = words("way sided fold time piece tier star dimensional lane")
)

// shrink are adverbs that make a bound a near miss: "just under", "slightly less than".
var shrink = phrasesOf("just|slightly|marginally|fractionally|a little|a bit|a shade")

// stretch are adverbs that leave a hedge as it is.
var stretch = phrasesOf("well|far|much|considerably|significantly|substantially|way|just|slightly|marginally|" +
	"a little|a bit|very|only|perhaps")

// prefixHedges are the words before a number, by what they say.
var prefixHedges = hedges(map[Hedge]string{
	Exactly: "exactly|precisely",
	About: "some|around|about|approximately|approx|roughly|circa|ca|c|~|≈|≃|more or less|an estimated|estimated at|" +
		"estimated|in the region of|in the order of|on the order of|of the order of|something like|somewhere around",
	AtLeast: "at least|at the very least|no fewer than|no less than|not fewer than|not less than|a minimum of|" +
		"minimum of|minimum|at a minimum|as few as|as little as|≥",
	Over: "over|more than|above|exceeding|in excess of|upwards of|upward of|greater than|larger than|north of|>",
	UpTo: "up to|at most|at the most|at the very most|no more than|not more than|no greater than|not over|" +
		"not exceeding|a maximum of|maximum of|maximum|at a maximum|as many as|as much as|≤",
	Under:  "under|less than|fewer than|below|lower than|smaller than|<",
	Nearly: "nearly|almost|close to|approaching|nearing|not quite|just short of|short of",
})

// longestHedge is how many words a prefix hedge has at most.
const longestHedge = 4

// suffixHedges are the words after a number or after what it counts.
var suffixHedges = hedges(map[Hedge]string{
	About:   "or so|or thereabouts|more or less|approximately|roughly|ish|odd|some|something",
	AtLeast: "or more|or over|or above|and more|and above|and over|at least|at a minimum|minimum|plus|+",
	UpTo:    "or fewer|or less|or under|or below|at most|at the most|at a maximum|maximum",
})

// fillers may stand between a hedge and its number without changing either.
var fillers = phrasesOf("another|a further|an additional|an extra|further|additional|a total of|only|just|these|those|a good|a full")

// Words that say many or few without a number. A strong one is a probable figure
// in running text; a weak one only where somebody says that it is a figure.
var (
	strongVague = phrasesOf("tens of thousands|hundreds of thousands|tens of millions|hundreds of millions|dozens|scores|" +
		"hundreds|thousands|millions|billions|tens|a handful|several|numerous|many|countless|a couple|multiple|" +
		"a couple of hundred|a couple of thousand|a couple of million|a couple of dozen|a few hundred|a few thousand|a few dozen|a few million|several hundred|several thousand|several dozen|several million|" +
		"many hundreds|many thousands|many dozens|dozens and dozens|hundreds and hundreds|a great many|a lot|a majority|a minority")
	weakVague = phrasesOf("some|few|a few|quite a few|most|the majority|a lot|lots|plenty|various|innumerable|" +
		"hardly any|scarcely any|almost no|practically no|virtually no|very few|a couple")
	// A number, an amount: with or without a word of size before it.
	vagueNouns = words("number numbers amount amounts quantity quantities")
	vagueSizes = words("large small great huge vast considerable significant substantial growing unknown unspecified",
		"undisclosed limited certain good record increasing untold tiny")
	// vagueWithOf need "of" before what is counted.
	vagueWithOf = words("number numbers amount amounts quantity quantities dozens scores hundreds thousands millions",
		"billions tens handful couple lot lots plenty majority minority")
)

// phrases are sequences of words, by the first of them.
type phrases map[string][][]string

// phrasesOf splits alternatives that are parted by "|".
func phrasesOf(list string) phrases {
	out := phrases{}
	for text := range strings.SplitSeq(list, "|") {
		phrase := strings.Fields(text)
		out[phrase[0]] = append(out[phrase[0]], phrase)
	}
	return out
}

// A hedgePhrase is a sequence of words and what it makes of a number.
type hedgePhrase struct {
	hedge Hedge
	words []string
}

// hedges turns alternatives by hedge into phrases by their first word.
func hedges(lists map[Hedge]string) map[string][]hedgePhrase {
	out := map[string][]hedgePhrase{}
	for hedge, list := range lists {
		for first, some := range phrasesOf(list) {
			for _, phrase := range some {
				out[first] = append(out[first], hedgePhrase{hedge, phrase})
			}
		}
	}
	return out
}
