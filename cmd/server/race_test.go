//go:build race

package main

// raceEnabled says that the tests look for data races, so that the program they run does too.
const raceEnabled = true
