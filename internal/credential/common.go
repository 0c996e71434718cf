package credential

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// fewestParts is of how many parts a password must consist, where a common word, a row of keys, a year or a repetition of what
// came before is one part, and any other character is one by itself.
const fewestParts = 6

// shortestWord is the shortest word that counts as one, and shortestRow the shortest row of keys or repetition.
const (
	shortestWord = 4
	shortestRow  = 3
)

// rows are runs of keys that fingers find by themselves, read either way.
var rows = []string{
	"abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop",
	"qsdfghjklm", "wxcvbn", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "1qaz2wsx3edc4rfv5tgb",
	"qazwsxedcrfvtgb", "!@#$%^&*()",
}

// common are words that passwords are often made of, besides those that are given. They are lower-case, and letters stand for
// the figures and signs that are often put in their place.
var common = strings.Fields(`
	password passwort passwd passphrase passcode login logon signin secret secrets letmein welcome access admin administrator root
	superuser sysadmin guest user username default change changeme temp temporary test testing tester demo sample example master
	server system computer internet network security secure private public service support office company manager director
	editor editors editorial desk newsroom journalist journalism reporter report news newspaper press media article articles claim claims
	counter counterclaim dispute disputes narrative fact facts story stories source sources publish

	love iloveyou loveyou loveme lovely lover baby babygirl babyboy angel angels princess prince queen king sunshine moonlight starlight
	sweetheart sweetie honey darling sugar chocolate cookie cookies candy cherry strawberry banana orange apple butterfly flower flowers rose
	forever always never believe dream dreams dreamer hello goodbye friend friends family mother father mommy daddy sister brother
	happy happiness smile lucky beautiful pretty sexy hottie cutie cutiepie iloveu

	monkey dragon tiger lion eagle falcon hawk phoenix shadow ghost ninja samurai warrior hunter killer killers knight wizard merlin
	gandalf frodo batman superman spiderman ironman wolverine pokemon pikachu naruto starwars startrek matrix trinity darkness vampire
	dolphin panther cougar jaguar leopard cheetah wolf bear panda koala kitty kitten puppy doggy horse mustang stallion buster bandit
	ginger pepper snoopy tinkerbell mickey minnie donald garfield bailey buddy rocky maggie molly daisy oliver charlie

	football baseball basketball soccer hockey tennis golf golfer cricket rugby volleyball softball swimming skating boxing racing
	yankees lakers cowboys steelers raiders eagles patriots redsox chelsea arsenal liverpool barcelona realmadrid juventus manchester united
	ferrari porsche mercedes toyota honda harley corvette camaro yamaha suzuki ducati audi

	michael jordan jennifer jessica ashley amanda michelle nicole daniel david robert thomas andrew joshua matthew anthony william
	alexander alexandra samantha victoria elizabeth stephanie natasha tatiana svetlana vladimir sergey dmitri nikita maria marina anna
	george richard charles joseph christopher jonathan benjamin nathan nicholas patrick steven kevin brandon justin taylor tyler austin
	hannah sophie emma olivia isabella mohammed muhammad ahmed fatima

	monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october
	november december spring summer autumn winter today tomorrow yesterday morning evening midnight christmas easter birthday holiday
	weekend number numbers

	america american england english france french germany german russia russian canada australia london paris berlin moscow
	newyork california texas florida chicago boston dallas washington jesus christ heaven blessed faith grace freedom liberty victory
	peace power magic mystery diamond silver golden platinum crystal rainbow thunder lightning storm hurricane tornado ocean
	mountain river forest island desert earth planet galaxy cosmos universe

	google facebook twitter youtube instagram linkedin yahoo hotmail gmail microsoft windows iphone android samsung sony
	nintendo playstation xbox minecraft fortnite roblox counterstrike callofduty warcraft zelda mario sonic games gamer player

	please trustno thankyou whatever nothing something anything everything nobody somebody asdf qwer zxcv qwerty azerty
	fuck fuckyou fuckme shit bitch asshole bastard

	quick brown jumps over lazy correct battery staple
	this that with your yours mine have from what where when

	parol privet lyubov zvezda solnyshko пароль привет любовь солнышко наташа максим
	motdepasse bonjour soleil azertyuiop loulou doudou chouchou contrasena hola amor tequiero estrella hallo schatz
`)

// disguises are the figures and signs that are often put in a letter's place.
var disguises = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i", "|", "l")

// parts counts the parts of a password, see [fewestParts], as somebody who guesses would put it together.
func parts(password string, words []string) int {
	plain := []rune(fold(password))
	bare := []rune(disguises.Replace(string(plain))) // one for one, so that places agree
	known := make(map[string]bool, len(common)+len(words))
	longest := 0
	add := func(word string) {
		word = disguises.Replace(fold(word))
		if n := utf8.RuneCountInString(word); n >= shortestWord {
			known[word] = true
			longest = max(longest, n)
		}
	}
	for _, w := range common {
		add(w)
	}
	for _, w := range words {
		add(w)
		for _, part := range strings.FieldsFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			add(part)
		}
	}
	n := 0
	for i := 0; i < len(plain); n++ {
		if plain[i] == ' ' { // what parts words is none
			n--
			i++
			continue
		}
		i += max(1, wordAt(bare, i, known, longest), rowAt(plain, i), repeatAt(plain, i), yearAt(plain, i))
	}
	return n
}

// fold makes what differs in case alone the same, one rune for one.
func fold(s string) string { return strings.Map(unicode.ToLower, s) }

// wordAt returns the length of the longest known word at a place, 0 for none.
func wordAt(text []rune, at int, known map[string]bool, longest int) int {
	for n := min(longest, len(text)-at); n >= shortestWord; n-- {
		if known[string(text[at:at+n])] {
			return n
		}
	}
	return 0
}

// rowAt returns the length of the longest run of keys, or of one character, at a place; 0 for none.
func rowAt(text []rune, at int) int {
	best := 0
	for n := 1; at+n <= len(text) && text[at+n-1] == text[at]; n++ {
		best = n
	}
	for _, row := range rows {
		keys := []rune(row)
		for start, key := range keys {
			if key != text[at] {
				continue
			}
			for _, step := range []int{1, -1} {
				n := 1
				for k := start + step; k >= 0 && k < len(keys) && at+n < len(text) && text[at+n] == keys[k]; k += step {
					n++
				}
				best = max(best, n)
			}
		}
	}
	if best < shortestRow {
		return 0
	}
	return best
}

// repeatAt returns the length of the longest stretch at a place that has come before; 0 for none.
func repeatAt(text []rune, at int) int {
	best := 0
	for from := range at {
		n := 0
		for at+n < len(text) && text[from+n] == text[at+n] {
			n++
		}
		best = max(best, n)
	}
	if best < shortestRow {
		return 0
	}
	return best
}

// yearAt returns 4 where a year of the last or of this century stands, else 0.
func yearAt(text []rune, at int) int {
	if at+4 > len(text) {
		return 0
	}
	year := string(text[at : at+4])
	if (strings.HasPrefix(year, "19") || strings.HasPrefix(year, "20")) && unicode.IsDigit(text[at+2]) && unicode.IsDigit(text[at+3]) {
		return 4
	}
	return 0
}
