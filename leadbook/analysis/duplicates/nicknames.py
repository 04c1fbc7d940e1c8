"""Short and pet forms of first names; each line is one name, its full form first.

Without accents, as names are compared. A form that belongs to several names stands with the commonest; forms that
are simply the beginning of the name ("Pat", "Alex") are found without a list.
"""

from __future__ import annotations

_GROUPS = """
aaron ron
abigail abby gail
abraham abe bram
adam addy
adelaide addie heidi adelheid
agnes aggie nessie
albert al bert albrecht
alexander alex sasha sascha alec aleks xander sander sandro alejandro alessandro aleksander olek alexandre
alexandra alexa sandra lexi aleksandra ola alejandra alessandra
alfred alf fred fredl alfredo
alice ally alicia
amanda mandy
andrew andy drew andreas andre andrzej andres andrea jedrzej
angela angie angelika angelique
anna ann anne annie anni anka ania ana anya
hannah hanna
anthony tony anton toni antonio antoni antoine antek
archibald archie
arnold arnie
arthur art artur
augustus gus august agustin
barbara barb babs barbie basia
beatrice bea trixie beatrix beatriz
benedict ben benedikt bene
benjamin benny benji benni
bernard bernie bernhard bernd bernardo
bridget biddy birgit brigitte gitta brigitta
brian bryan
carl karl karol carlos charles charlie chuck karel carlo karolek
caroline carrie carol carolin karoline line carolina lina
katherine catherine kate kathy cathy katie kathryn kat katharina kathrin katrin kathe cathrine katarzyna kasia catalina
cecilia celia cissy cecile cili
charlotte lottie lotte charlie carlota
christina tina chrissy christine christiane kristin kristina krystyna kirsten cristina christel
christopher chris kit christoph kristof krzysztof cristobal krzys topher christophe
claudia claudi klaudia
clarence clare
clemens klemens clement
constance connie konstanze constanze
cornelia conny nelly
cynthia cindy
daniel dan danny dani
david dave davy dawid
deborah deb debbie debora
dennis denny denis
dominic dom nick dominik dominique
donald don donny
dorothy dot dottie dolly dorothea dorota doro thea
edgar ed
edmund ned
edward ted teddy eddie eduard eduardo edek edouard ed
eleanor ellie nell nora leonora eleonore
elizabeth liz beth betty lizzie eliza lisa elisabeth elsa else elise lisbeth liesel lisl elzbieta ela lilibet sissi
emily em emmy emilia emilie
emmanuel manuel manolo manny immanuel
erich eric erik enrico
ernest ernie ernst ernesto
eugene gene eugen eugenio eugeniusz
eva eve evi ewa
felicity fliss
ferdinand ferdi fernando
florian flo flori
florence flossie
frances fran francesca franziska franzi fanny francoise franciszka paquita
francis frank francisco paco pancho franz francesco franciszek curro kiko frankie franck francois
frederick fred freddie freddy friedrich fritz frederic federico fryderyk fiete friedel
gabriel gabe gabi gabriele
gabrielle gabriela gaby
george georg jorge jurgen jerzy georges jurek giorgio schorsch jorg
gerald gerry jerry
gerhard gerd gert gerard gerardo
gertrude trudy trude gertrud
gregory greg gregor grzegorz gregorio
guillermo memo guille
gustav gus gustavo
harold hal harry harald
helen nell nellie helena helene lena leni elena ilona
henry hank harry heinrich heinz henri enrique henryk hinnerk heiner henrik quique
herbert herb bertie heribert
howard howie
hugo hugh
ignatius ignacio nacho ignacy ignaz
ingeborg inge
irene irena
isaac ike
isabella isabel bella isabelle izabela iza
jacob jake jakob jacek jakub kuba jacques jacobo jack
jacqueline jackie
james jim jimmy jamie jaime diego santiago iago
janet jan
jane janie joanna jana asia janina
janina nina
jeffrey jeff geoffrey geoff
jennifer jen jenny jenna
jeremy jez
jeremiah jem
jessica jess jessie
joachim achim jochen joaquin
johanna hanne hanni jo johanne joan jeanne juana juanita
john jon johnny johannes hans hannes johann jan juan jean ivan ian sean janek hansi giovanni jack jasiek jannis
jonathan jonny johnathan jonatan
joseph joe joey josef sepp jose pepe jozef giuseppe beppe peppino chepe josip
josephine josie josefine josefa pepa fina josefina
joshua josh
judith judy judit
julia julie juliane julka jule giulia
julian jules julien
karen caren
kenneth ken kenny
kimberly kim
lawrence larry lorenz lorenzo laurence laurent lars wawrzyniec
leonard len lenny leo leonhard leonardo leon
leopold poldi leopoldo
lillian lily lilly lilian
louis lou lewis ludwig luis luigi ludwik lutz lucho
louise lou luise luisa
lucas luke lukas luca lukasz lucjan
lucy lucia lucie luzia
magdalena magda lena madeleine leni magdalene maddie
malgorzata gosia
manfred manni manny
margaret maggie meg peggy margarete grete gretel margarethe margot marguerite rita margarita madge greta margit daisy
maria marie mary mitzi molly polly maryla marysia
marianne mariane marianna
martha marta patty
martin marty marcin
martina tina
matthew matt matty matthias mateusz mateo matthieu mathias hias matteo mathieu
maximilian max maxi maksymilian maximiliano
maurice moritz mo mauricio maury
melanie mel
melissa lissa
michael mike mick mikey michel miguel michal mikolaj michele mickey misha
michaela micha michelle micaela
mildred millie
monica monika moni
nancy nan
natalie nat natalia natasha nathalie
nathaniel nathan nate nat
nicholas nick nicky nikolaus klaus claus nicolas nico niklas nicolo niko colin
nicole nicky nikki nicola
olivia liv livvy
oliver ollie olivier
oscar oskar
otto otho
pamela pam
patricia patty tricia trish patrizia patrycja
patrick paddy patricio patrik
paul paulie pablo pawel paolo pol
paula pauline paulina
peter pete pedro piotr pierre pietro petr piet
petra petronella
philip phil phillip philipp felipe filip pip philippe
priscilla cilla
prudence prue
rachel rae raquel rachele
ralph ralf rolf rafe
ramon moncho
raphael rafa rafael raffael rafal
raymond ray raimund ramundo
rebecca becky becca rebekka
reginald reg reggie reinhold
regina gina
reinhard reiner rainer
richard rick dick rich ricky ricardo ryszard riccardo richie
robert rob bob bobby robbie roberto bert robin
roger rog rudiger
roland rolly rolando
ronald ron ronnie
rosalind ros roz
rose rosie rosa rosemary rosemarie romy
rudolf rudi rudolph rolf rudy rodolfo
rupert ruprecht
russell russ
salvatore sal salvador turi chava
samantha sam sammie
samuel sam sammy samu
sarah sally sara sadie
sebastian basti seb bastian wastl sebastien bastien
sergio checo sergiusz sergei
sigmund siggi siegfried sigi
simon si szymon
sophia sophie sofia zofia zosia fifi
stanley stan
stanislaw staszek stach
stephanie steph steffi stefanie stefania
steven steve stephen stefan stephan etienne esteban szczepan steffen stefano stevie
stuart stu stewart
susan sue susie susanna susanne suzanne sanna zuzanna suzy susana
sylvester syl silvester
sylvia silvia sylwia sylvie
tabitha tabby
tamara tammy
theodore theo teodor teddy
theresa terry tess therese teresa resi tessa
thomas tom tommy tomas tomasz tomek thom tommaso
timothy tim timmy
tobias toby tobi
ulrich uli ulli
ulrike ulla rike
ursula uschi urszula ulla
valentine val valentin
valerie val valeria
vera wera
veronica vroni ronnie weronika veronika vero
victor vic viktor
victoria vicky tori viktoria vicki vika
vincent vince vinnie vicente vinzenz chente
virginia ginny
vladimir vova wladimir
waldemar waldi
walter walt wally walther
wilhelmina wilma minna mina
william will bill billy liam wilhelm willi willy guillaume guillermo wilek guglielmo
winifred winnie
wolfgang wolf wolfi
yvonne yvette
zachary zach zack
"""  # fmt: skip

NICKNAMES: dict[str, str] = {}
for _line in _GROUPS.split("\n"):
    for _name in _line.split():
        NICKNAMES.setdefault(_name, _line.split()[0])
