# 한국어 문구. 열쇠말과 인자는 en.ftl과 같다.

## 틀
layout-skip = 본문으로 건너뛰기
layout-rehearsal = 연습용입니다. 여기서 한 일은 아무 효력이 없습니다
layout-pages = 페이지
nav-about = 안내
nav-choose = 고르고 신청하기
nav-change = 내 신청 보기·바꾸기
nav-withdraw = 신청 철회하기

## 안내
about-same-chance = 기간 안에 신청한 사람은 모두 기회가 같습니다. 언제 신청했는지는 상관없습니다. 먼저, 빨리, 여러 번 접속한다고 유리해지지 않으니 천천히 하세요.
about-how = 진행 방법
about-step-choose = 가고 싶은 장소와 시간을 원하는 순서대로 고르세요. { $max }개까지 고를 수 있습니다.
about-step-send = 고른 목록을 접속 코드, 생년월일과 함께 보내세요.
about-step-keep = 접수증을 보관하세요. 신청한 사실과 내용을 접수증으로 증명할 수 있습니다.
about-step-change = 마감 전에는 몇 번이든 목록을 바꾸거나 철회할 수 있습니다. 마감할 때의 내용만 효력이 있습니다.
about-step-draw = 이의 신청 기간이 끝나면 아무도 고르지 않은 난수와 공개된 규칙으로 결과가 정해집니다. 누구나 결과를 검증할 수 있습니다.
about-who = 신청할 수 있는 사람
about-born = { $from }부터 { $to }까지 태어난 사람
about-code = 안내문에 적힌 접속 코드가 필요합니다. 잃어버렸으면 담당 기관에서 새로 받으세요. 새로 받으면 이전 코드는 쓸 수 없습니다.
about-what = 장소와 자리
about-seats = 장소 { $sites }곳, 회차 { $sessions }개, 자리 { $seats }개.
about-times = 일정
about-opens = 신청 시작
about-closes = 신청 마감
about-objection = 이의 신청 마감
about-zone = 현지 시각({ $zone })입니다. 이 서버의 시계가 기준입니다.
about-programme = 규칙
about-programme-what = 결과에 영향을 주는 모든 것은 신청이 시작되기 전에 정해졌습니다. 아래 번호가 그 내용을 대표하며 모든 접수증에 적힙니다.
about-programme-read = 규칙 원문 보기
state-not-open = 신청 시작: { $time }
state-open = 지금 신청할 수 있습니다. 마감: { $time }
state-closed = 신청이 마감되었습니다. 마감: { $time }

## 고르기
choose-title = 고르기
choose-intro = 원하는 순서대로 { $max }개까지 고르세요. 회차 하나를 고르거나, 한 장소의 아무 시간이나 고를 수 있습니다.
choose-yours = 내가 고른 목록(원하는 순서)
choose-none = 아직 고른 것이 없습니다.
choose-up = 위로
choose-down = 아래로
choose-remove = 빼기
choose-add = 넣기
choose-up-what = 위로 옮기기: { $what }
choose-down-what = 아래로 옮기기: { $what }
choose-remove-what = 빼기: { $what }
choose-add-what = 넣기: { $what }
choose-check = 확인하고 보내기
choose-places = 장소
choose-district = 지역
choose-district-none = 지역을 고르세요
choose-show = 장소 보기
choose-chosen = 고름
choose-full = 목록이 가득 찼습니다({ $max }개). 다른 것을 넣으려면 하나를 빼세요.
choice-any-time = { $site }, 아무 시간
choice-session = { $site }, { $time }
offer-any-time = 여기 아무 시간
offer-seats = 자리 { $seats }개

## 확인하고 보내기
check-title = 확인하고 보내기
check-intro = 원하는 순서대로 고른 목록입니다.
check-back = 목록 바꾸기
check-send = 보내기
form-code = 접속 코드
form-code-hint = 안내문에 적힌 글자와 숫자 16자리입니다. 대소문자와 줄표는 상관없습니다.
form-birth-date = 생년월일
form-birth-date-hint = 연월일 순서로 적으세요. 예: 20100531 또는 2010-05-31
form-change-key = 변경 열쇠
form-change-key-if = 변경 열쇠(전에 신청한 적이 있을 때만)
form-change-key-hint = 마지막 접수증과 함께 보여 드린 글자와 숫자 64자리입니다.

## 접수증
receipt-registered = 신청되었습니다
receipt-withdrawn = 신청이 철회되었습니다
receipt-ticket = 내 추첨표 번호
receipt-ticket-what = 공개되는 추첨에서 이름 대신 쓰이는 번호입니다. 결과를 찾아볼 때 필요합니다.
receipt-change-key = 변경 열쇠: 지금 한 번만 보여 드립니다
receipt-change-key-what = 신청을 바꾸거나 철회할 때 필요합니다. 복사하거나 인쇄해 두고 아무에게도 보여 주지 마세요. 잃어버리면 담당 기관만 대신 바꿀 수 있습니다. 이 열쇠는 서버가 만들었으므로 서버 운영자가 알고 있을 수도 있습니다.
receipt-title = 내 접수증
receipt-what = 서명된 접수증입니다. 신청이 빠지거나 달라졌을 때 보낸 내용을 증명합니다. 잘 보관하고, 명부가 공개되기 전에는 남에게 공개하지 마세요.
receipt-download = 접수증 저장하기
receipt-text = 접수증 원문
entry-active = 현재 신청 내용입니다
entry-withdrawn = 신청을 철회한 상태입니다
entry-history = 지금까지의 기록
entry-line-active = { $time }: 신청 또는 변경
entry-line-withdrawn = { $time }: 철회
entry-line-active-by-office = { $time }: 담당 기관이 변경
entry-line-withdrawn-by-office = { $time }: 담당 기관이 철회
entry-change = 고른 목록 바꾸기

## 바꾸기와 철회
change-title = 내 신청 보기·바꾸기
change-intro = 접속 코드와 생년월일을 적으면 신청 내용을 볼 수 있습니다. 바꾸려면 변경 열쇠도 필요합니다.
change-show = 보기
withdraw-title = 신청 철회하기
withdraw-intro = 철회하면 추첨에 참여하지 않습니다. 마감 전에는 새로 보여 드리는 변경 열쇠로 다시 신청할 수 있습니다.
withdraw-send = 철회하기

## 문제
problem-title = 처리하지 못했습니다
problem-signed = 거절을 확인하는 서명입니다. 이의를 제기하려면 보관하세요.
problem-wrong-code-or-birth-date = 접속 코드나 생년월일이 맞지 않습니다. 둘 다 확인해 주세요.
problem-not-eligible = 적으신 생년월일로는 이 추첨에 신청할 수 없습니다.
problem-not-open = 아직 신청 기간이 아닙니다.
problem-closed = 신청이 마감되었습니다. 마감 전에 신청한 내용은 그대로 남아 있습니다.
problem-unknown-choice = 고른 것 가운데 이 추첨에 없는 것이 있습니다.
problem-no-choices = 회차나 장소를 하나 이상 골라 주세요.
problem-too-many-choices = 고를 수 있는 개수를 넘었습니다.
problem-repeated-choice = 같은 것을 두 번 골랐습니다.
problem-already-registered = 이미 신청하셨습니다. 신청을 바꾸려면 변경 열쇠를 적어 주세요.
problem-not-registered = 아직 신청한 적이 없습니다. 처음 신청할 때는 변경 열쇠 칸을 비워 두세요.
problem-no-such-ticket = 본인의 추첨표 번호가 아닙니다.
problem-withdrawn = 철회한 신청입니다. 변경 열쇠로 다시 신청할 수 있습니다.
problem-change-key-missing = 변경 열쇠를 적어 주세요. 잃어버렸으면 담당 기관이 대신 바꿀 수 있습니다.
problem-wrong-change-key = 변경 열쇠가 맞지 않습니다.
problem-changed-elsewhere = 그사이 다른 기기에서 신청이 바뀐 것 같습니다. 가장 최근 접수증의 변경 열쇠를 쓰세요.
problem-too-many-revisions = 이 신청은 더 이상 바꿀 수 없을 만큼 여러 번 바뀌었습니다.
problem-request-id-reused = 이미 다른 내용으로 보낸 양식입니다. 처음부터 다시 해 주세요.
problem-malformed = 요청의 형식이 올바르지 않습니다.
problem-media-type = 요청은 JSON이어야 합니다.
problem-too-large = 요청이 너무 깁니다.
problem-not-found = 없는 페이지입니다.
problem-method = 이 페이지는 그렇게 쓸 수 없습니다.
problem-busy = 지금 신청하는 사람이 너무 많습니다. 저장된 것은 없습니다. 몇 초 뒤에 다시 보내 주세요. 늦어져도 불리하지 않습니다.
problem-unknown-retry = 저장되었는지 확인하지 못했습니다. 다시 보내 주세요. 두 번 보내도 한 번만 처리됩니다.
problem-internal = 저희 쪽에 문제가 생겼습니다. 저장된 것은 없습니다. 다시 시도해 주세요.
